import { z } from 'zod';
import { ROLES } from '../auth/can.js';

/** Signing in with a browser: what API and web app say to each other. */

const roles = z.array(z.enum(ROLES));

export const signInWays = z
  .object({
    token: z.literal(true).describe('By an API key.'),
    oidc: z
      .object({ name: z.string().describe('Of the OpenID provider, for a button.'), url: z.string() })
      .nullable()
      .describe('Where a browser begins; null: no provider is configured.'),
  })
  .meta({ id: 'SignInWays' });
export type SignInWays = z.infer<typeof signInWays>;

export const signInBody = z.strictObject({ token: z.string().min(1).max(512) });
export const chooseOrgBody = z.strictObject({ org_id: z.string().min(1).max(200) });

export const me = z
  .object({
    subject: z.string().describe('As in audit and decisions: `user:…`, or `key:<id>`.'),
    name: z.string(),
    org: z.object({ id: z.string(), name: z.string() }).describe('The one that all calls are about.'),
    orgs: z.array(z.object({ id: z.string(), name: z.string(), roles })),
    roles,
    groups: z.array(z.string()),
    actions: z.array(z.string()).describe('What the roles may do.'),
    session: z
      .object({
        expires_at: z.string().describe('Unless it is used before, and then a week after sign-in at the latest.'),
      })
      .nullable()
      .describe('null: the caller has no session but sends an API key.'),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof me>;

/** Why a sign-in by the OpenID provider came to nothing: `/sign-in?problem=<code>`. */
export const SIGN_IN_PROBLEMS = {
  denied: 'The provider did not sign you in.',
  state: 'This sign-in was begun elsewhere, or too long ago. Begin again.',
  no_org: 'You are signed in there, but belong to no organisation here. Ask whoever runs it for a group.',
  provider: 'The provider could not be asked, or its answer can not be trusted. Try again, or tell whoever runs it.',
  too_often: 'Too many tries from your address. Wait for a minute.',
} as const;
export type SignInProblem = keyof typeof SIGN_IN_PROBLEMS;
