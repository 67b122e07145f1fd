import type { TokenManagerError } from '../../../core/model/errors.ts';
import type { Wording } from '../context.ts';
import type { Description } from './description.ts';

export function protocol({ code }: TokenManagerError, { localize }: Wording): Description {
  const incomplete = (explanation: string): Description => ({
    title: localize('List may be incomplete'),
    explanation,
    remedy: 'retry',
  });
  const unexpected = (explanation: string): Description => ({
    title: localize('Unexpected response'),
    explanation,
    remedy: 'showLog',
  });
  switch (code) {
    case 'repeated-page':
      return incomplete(localize('The next page of the service was already loaded.'));
    case 'endless-list':
      return incomplete(localize('The list is too long to be loaded completely.'));
    case 'list-changed':
      return incomplete(
        localize('The list became shorter while it was being loaded. Refresh to load it again.'),
      );
    case 'repeated-id':
      return incomplete(
        localize('The service gives different things the same identifier; one of them is shown.'),
      );
    case 'answer-too-large':
      return unexpected(localize('The service’s answer is larger than 8 MB and was not read to its end.'));
    case 'headers-too-large':
      return unexpected(
        localize('The headers of the service’s response are larger than 16 KB and were not read.'),
      );
    case 'credential-as-identifier':
      return incomplete(
        localize(
          'The service uses this connection’s own credential as an identifier; that row is not shown.',
        ),
      );
    case 'not-http':
      return unexpected(localize('The server at this address does not use HTTP.'));
    case 'wrong-sign-in-answer':
      return unexpected(localize('The browser response did not match this sign-in and was not used.'));
    case 'encrypted-answer':
      return unexpected(
        localize('The server encrypts the browser response for this client, which is not supported.'),
      );
    case 'unverifiable-answer':
      return unexpected(
        localize('The server signs the browser response, but names no keys at its own address to check it.'),
      );
    case 'compressed-answer':
      return unexpected(localize('The service sent an unsupported compressed response.'));
    case 'guest-answer':
      return unexpected(localize('The extension that provides this service sent an unexpected response.'));
    default:
      return unexpected(localize('The service sent an unexpected response.'));
  }
}

export function unsupported({ code }: TokenManagerError, { localize }: Wording): Description {
  switch (code) {
    case 'no-extension':
      return {
        title: localize('Extension missing'),
        explanation: localize(
          'The extension that provides this service is not installed, not enabled or not running.',
        ),
        advice: localize('Install or enable it to show the rows again.'),
        remedy: 'retry',
      };
    case 'no-adapter':
      return {
        title: localize('Service missing'),
        explanation: localize(
          'This service is no longer available: neither this version nor a description in the settings provides it.',
        ),
        remedy: 'serviceSettings',
      };
    case 'no-search':
      return {
        title: localize('No file search'),
        explanation: localize('The search included in VS Code cannot be started. Nothing was searched.'),
        remedy: 'none',
      };
    default:
      return {
        title: localize('Not possible here'),
        explanation: localize('This cannot be done here.'),
        remedy: 'none',
      };
  }
}

export function internal({ code }: TokenManagerError, { localize }: Wording): Description {
  return code === 'guest-failed'
    ? {
        title: localize('Extension failed'),
        explanation: localize('Something went wrong inside the extension that provides this service.'),
        remedy: 'retry',
      }
    : {
        title: localize('Internal error'),
        explanation: localize('Something went wrong inside the extension.'),
        remedy: 'showLog',
      };
}
