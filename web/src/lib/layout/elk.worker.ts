// ELK's own worker code: it listens to messages as soon as it is loaded, and finds that it is in a worker by itself.
import 'elkjs/lib/elk-worker.min.js';
