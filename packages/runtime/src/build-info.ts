import manifest from '../package.json' with { type: 'json' }

/** What runs here. All packages carry one version. */
export const buildInfo = { version: manifest.version, nodeVersion: process.versions.node } as const
