import type { ArtifactStore } from '../../core/events/live.js';
import type { Config } from '../config.js';
import { FileArtifacts } from './file.js';

/** The store that ARTIFACTS_URL names. */
export const openArtifacts = ({ artifactsDir }: Pick<Config, 'artifactsDir'>): ArtifactStore =>
  new FileArtifacts(artifactsDir);
