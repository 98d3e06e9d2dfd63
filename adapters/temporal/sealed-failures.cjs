// The SDK loads it by its path, with require. With keys, messages and stack traces of failures travel as payloads: the codec sees nothing else.
const { DefaultFailureConverter } = require('@temporalio/common/lib/converter/failure-converter');

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
