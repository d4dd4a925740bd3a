// npm scripts run on Node 24 because the package `node` puts it on their PATH; with --ignore-scripts it does not.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `This is Node ${process.version}; dns-cutover needs 24. Run \`npm ci\` without --ignore-scripts: it installs Node 24 for npm scripts.`,
  );
  process.exitCode = 1;
}
