/** Which file names hold secrets by custom: those never enter a snapshot. */

const harmlessEnv = /\.(example|sample|template)$/;
const secretNames = new Set(['.netrc', '_netrc', '.git-credentials', '.pgpass', '.htpasswd']);
const privateKey = /^id_(rsa|dsa|ecdsa|ecdsa_sk|ed25519|ed25519_sk)$/;
const keyFile = /\.(pem|key|p12|pfx|keystore|jks|ppk)$/;
const secretFolders = new Set(['.ssh', '.gnupg']);

/** @returns why the file stays out, or undefined */
export function secretReason(path: string): string | undefined {
  const parts = path.toLowerCase().split('/');
  const name = parts.at(-1) ?? '';
  if (name.startsWith('.env') && !harmlessEnv.test(name)) {
    return 'may hold secrets (environment file)';
  }
  if (privateKey.test(name) || keyFile.test(name)) return 'may hold secrets (key file)';
  if (secretNames.has(name)) return 'may hold secrets (credentials file)';
  if (parts.slice(0, -1).some((part) => secretFolders.has(part))) {
    return 'may hold secrets (key folder)';
  }
  return undefined;
}
