import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { Problem } from '../../lib/api/problem.js';
import { setScreenTitle } from '../../lib/title.js';
import { Button, Field, Input, ProblemPanel } from '../../ui/index.js';
import { signIn, useBecome, waysQuery } from './session.js';
import css from './sign-in.module.css';

/** What the way back from the identity provider says in `?problem=`. */
const PROBLEMS: Record<string, string> = {
  no_org: 'You are known there, but belong to no organisation here. Ask whoever runs Heddle to add you to one.',
  denied: 'The sign-in was refused or given up.',
};

export function SignIn() {
  const ways = useQuery(waysQuery);
  const { to, problem } = useSearch({ from: '/sign-in' });
  const become = useBecome();
  const navigate = useNavigate();
  const [token, setToken] = useState('');
  const [state, setState] = useState<{ busy: boolean; error?: unknown }>({ busy: false });

  useEffect(() => setScreenTitle('Sign in'), []);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setState({ busy: true });
    try {
      become(await signIn(token.trim()));
      await navigate({ to: to ?? '/runs' });
    } catch (error) {
      setState({ busy: false, error });
    }
  }

  const refused = state.error instanceof Problem && state.error.status === 401;
  const oidc = ways.data?.oidc;
  return (
    <main className={css.page}>
      <div className={css.card}>
        <img src="/heddle.svg" alt="" width={40} height={40} />
        <h1>Sign in to Heddle</h1>
        {problem !== undefined && (
          <p role="alert" className={css.note}>
            {PROBLEMS[problem] ?? 'The sign-in did not work. Try again.'}
          </p>
        )}
        {oidc && (
          <>
            <a className={css.oidc} href={`${oidc.url}?return_to=${encodeURIComponent(to ?? '/runs')}`}>
              Continue with {oidc.name}
            </a>
            <div className={css.or}>or</div>
          </>
        )}
        <form onSubmit={(event) => void submit(event)} className={css.form}>
          <Field
            label="API key"
            help="npm start prints one. It goes to the server once and is not kept in this browser."
            error={refused ? 'This key is not known, has expired or was revoked.' : undefined}
          >
            {(props) => (
              <Input
                {...props}
                type="password"
                autoComplete="off"
                autoFocus
                required
                placeholder="hdl_…"
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            )}
          </Field>
          <Button type="submit" look="primary" busy={state.busy} disabled={token.trim() === ''}>
            Sign in
          </Button>
        </form>
        {state.error !== undefined && !refused && <ProblemPanel error={state.error} />}
      </div>
    </main>
  );
}
