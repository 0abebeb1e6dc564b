// What runs in the page of VS Code, before or beside its own scripts.

/**
 * Runs in the page, before VS Code: puts tests into its configuration, which is JSON in an attribute. A built VS Code
 * in the browser takes them from nowhere else.
 */
export function configureTests({ extension, tests }) {
  const configure = (element) => {
    const settings = JSON.parse(element.dataset.settings);
    const remote = (file) => ({ scheme: 'vscode-remote', authority: settings.remoteAuthority, path: file });
    settings.developmentOptions = { extensions: [remote(extension)], extensionTestsPath: remote(tests) };
    element.dataset.settings = JSON.stringify(settings);
  };
  const observer = new MutationObserver(() => {
    const element = document.getElementById('vscode-workbench-web-configuration');
    if (element) {
      observer.disconnect();
      configure(element);
    }
  });
  observer.observe(document, { childList: true, subtree: true });
}
