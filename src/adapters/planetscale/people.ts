/** On whose behalf tokens act. */
export interface Person {
  readonly id: string | null | undefined;
  readonly name: string | null | undefined;
  readonly type: string | null | undefined;
  readonly avatar: string | null | undefined;
}

/** One object for each person of a list, however many tokens that person has. */
export class People {
  readonly #byId = new Map<string, Person>();

  shared(person: Person): Person {
    const { id } = person;
    if (typeof id !== 'string') {
      return person;
    }
    const known = this.#byId.get(id);
    if (known && known.name === person.name && known.type === person.type && known.avatar === person.avatar) {
      return known;
    }
    this.#byId.set(id, person);
    return person;
  }
}
