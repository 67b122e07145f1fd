import type { OAuthTokensApi } from '../../../api/oauth-token-manager.d.ts';
import { ApiBench } from './apiBench.ts';

/** The public API as some extension gets it. */
export function sampleApi(): OAuthTokensApi {
  return new ApiBench().apiOf('samples.tidewater-tokens');
}
