// What runs in the page of VS Code, before or beside its own scripts.

/** Runs in the page: whether the databases of VS Code contain a text, however often its quotes are escaped. */
export async function isStored(text) {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    try {
      for (const store of database.objectStoreNames) {
        const values = await done(database.transaction(store).objectStore(store).getAll());
        if (values.some((value) => typeof value === 'string' && value.replaceAll('\\', '').includes(text))) {
          return true;
        }
      }
    } finally {
      database.close();
    }
  }
  return false;
}

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
