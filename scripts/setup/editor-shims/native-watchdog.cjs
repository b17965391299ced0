// Takes the place of the editor's native watchdog: the extension host looks for its parent itself.

exports.start = () => {};
exports.exit = (/** @type {number | undefined} */ code) => process.exit(code ?? 0);
