/** Everything that is loaded only when Muster is used: engine, schemas, provider, panel host, review. */
export { createSession, type Session } from './session.ts';
