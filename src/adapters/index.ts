// The entry of adapters.cjs: which services we bring. What their adapters share stands there, too; they stand in files of
// their own.
import type { BroughtService } from '../core/adapter/service.ts';
import type { EditorAccounts } from '../core/ports.ts';
import { codegenOffer } from './codegen/offer.ts';
import { gitlabOffer } from './gitlab/offer.ts';
import { mageOffer } from './mage/offer.ts';
import { oauthOffer } from './oauth/offer.ts';
import { planetscaleOffer } from './planetscale/offer.ts';
import { thisComputerOffer } from './thisComputer/offer.ts';
import type { ComputerDeps } from './thisComputer/session.ts';
import { thisEditorOffer } from './thisEditor/offer.ts';
import { turnkeyOffer } from './turnkey/offer.ts';

/** In this order they are offered. */
export const services: readonly BroughtService[] = [
  { offer: codegenOffer, load: async () => (await import('./codegen/index.ts')).codegen },
  { offer: mageOffer, load: async () => (await import('./mage/index.ts')).mage },
  { offer: planetscaleOffer, load: async () => (await import('./planetscale/index.ts')).planetscale },
  { offer: turnkeyOffer, load: async () => (await import('./turnkey/index.ts')).turnkey },
  { offer: gitlabOffer, load: async () => (await import('./byDescription.ts')).gitlab },
  { offer: oauthOffer, load: async () => (await import('./oauth/adapter.ts')).oauth },
];

export interface OfThisPlace extends ComputerDeps {
  readonly accounts: EditorAccounts;
}

/** What is connected to without a service: the editor, and what programs keep on its computer. */
export function ofThisPlace(place: OfThisPlace): readonly BroughtService[] {
  return [
    {
      offer: thisEditorOffer,
      load: async () => (await import('./thisEditor/adapter.ts')).thisEditor(place.accounts),
    },
    {
      offer: thisComputerOffer,
      load: async () => (await import('./thisComputer/adapter.ts')).thisComputer(place),
    },
  ];
}
