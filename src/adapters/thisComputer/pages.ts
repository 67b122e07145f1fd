/** Where services let tokens be revoked that no table of shapes knows. */
export const furtherPages: ReadonlyMap<string, string> = new Map([
  ['Cloudflare', 'https://dash.cloudflare.com/profile/api-tokens'],
  ['Fly.io', 'https://fly.io/user/personal_access_tokens'],
  ['HCP Terraform', 'https://app.terraform.io/app/settings/tokens'],
  ['Heroku', 'https://dashboard.heroku.com/account/applications'],
  ['Neon', 'https://console.neon.tech/app/settings/api-keys'],
  ['Netlify', 'https://app.netlify.com/user/applications'],
  ['Railway', 'https://railway.com/account/tokens'],
  ['Supabase', 'https://supabase.com/dashboard/account/tokens'],
  ['Vercel', 'https://vercel.com/account/settings/tokens'],
]);
