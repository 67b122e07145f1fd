// What the network half is compared with: the two libraries as their documentation has them, with one schema.
import { Agent, request } from 'undici';
import { z } from 'zod';

export const schema = z.object({ id: z.string(), name: z.string(), created_at: z.iso.datetime() });
export const agent = Agent;
export const send = request;
