import { deepEqual } from 'node:assert/strict';
import { descriptionSchema } from '../../../../src/adapters/declarative/description.ts';
import { gitlabDescription } from '../../../../src/adapters/gitlab/description.ts';
import { localize } from '../../fakes.ts';

describe('the description of GitLab that we bring', () => {
  it('is one that users could write, with nothing left to fill in', () => {
    const description = gitlabDescription(localize);
    deepEqual(descriptionSchema().parse(description), description);
  });
});
