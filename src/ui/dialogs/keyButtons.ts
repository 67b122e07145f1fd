import { env, ThemeIcon } from 'vscode';
import type { Draft, KeyMaker } from '../../core/adapter/contract.ts';
import type { Secret } from '../../core/model/secret.ts';
import { info, type QuestionButton, warning } from './formQuestion.ts';
import { l10n } from './l10n.ts';

interface KeyQuestion {
  draft(): Draft;
  /** Makes it what stands in the box. */
  keep(key: Secret): void;
}

/** At a box for a private key: one is made into it, and what the service is told of it is copied. */
export function keyButtons(maker: KeyMaker, { draft, keep }: KeyQuestion): QuestionButton[] {
  return [
    {
      iconPath: new ThemeIcon('key'),
      tooltip: l10n.t('Make a Key Here'),
      press: async (entered) => {
        // The public half of the one that is there may be registered by now.
        if (entered.trim() !== '') {
          return { said: warning(l10n.t('The box is not empty. Clear it to make a new key.')) };
        }
        keep(await maker.make(draft()));
        const said = l10n.t('A key was made. Copy its public key, register that, and press Enter.');
        return { said: info(said), fills: true };
      },
    },
    {
      iconPath: new ThemeIcon('copy'),
      tooltip: l10n.t('Copy the Public Key'),
      press: async (entered) => {
        const half = maker.publicHalf(entered);
        if (half === undefined) {
          return { said: warning(l10n.t('There is no private key in the box.')) };
        }
        await env.clipboard.writeText(half);
        return { said: info(l10n.t('The public key was copied. The private key stays here.')) };
      },
    },
  ];
}
