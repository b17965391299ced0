/** The version of this build, as the manifest says it. */
import manifest from '../../package.json' with { type: 'json' };

export const musterVersion: string = manifest.version;
