/**
 * Words by which services grant more than one task needs. The names of accesses have no standard; these are the
 * usual ones: everything, administration, or writing without saying what.
 * Sources: OWASP NHI5:2025 (overprivileged), and the lists of accesses in docs/services.
 */
const everything =
  /^(?:\*|all|any|api|everything|full|full[_ -]?access|full[_ -]?control|global|repo|root|superuser)$/;
const wildcard = /(?:^|[:./_-])(?:\*|all)$/;
const administration =
  /(?:^|[^a-z])(?:admin|administer|administration|administrator|admins|owner|root|sudo|superuser)(?:$|[^a-z])/;
const unboundedWrite = /^(?:write|manage|edit|delete|readwrite|read[_ -]?write|rw)$/;

/** Only looking, at however much, changes nothing. */
const reading = /(?:^|[^a-z])(?:get|list|read|readonly|view|viewer)(?:$|[^a-z])/;

/** Whether an access of this name, in lower case, lets its holder look and no more. */
export function onlyReads(name: string): boolean {
  return reading.test(name);
}

/** Whether an access of this name lets its holder do much more than one thing. */
export function reachesTooFar(access: string): boolean {
  const name = access.trim().toLowerCase();
  if (unboundedWrite.test(name)) {
    return true;
  }
  return !onlyReads(name) && (everything.test(name) || wildcard.test(name) || administration.test(name));
}
