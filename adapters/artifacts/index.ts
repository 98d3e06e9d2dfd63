import type { ArtifactStore } from '../../core/events/live.js';
import type { Config } from '../config.js';
import { FileArtifacts } from './file.js';
import { S3Artifacts } from './s3.js';

/** The store that ARTIFACTS_URL names. */
export const openArtifacts = ({ artifacts }: Pick<Config, 'artifacts'>): ArtifactStore =>
  artifacts.kind === 'file' ? new FileArtifacts(artifacts.dir) : new S3Artifacts(artifacts);
