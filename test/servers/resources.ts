/** The API of the sandbox authorization server whose access tokens are JSON Web Tokens. */
export const resourceOfJwts = 'https://api.shop.example/orders';
