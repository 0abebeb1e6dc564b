/** The report's style sheet: light and dark as the reader's system asks. */

export const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --paper: #fff; --card: #f6f8fa; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --card: #151b23; }
}
body { margin: 0 auto; max-width: 1280px; padding: 24px; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 26px; } h1 span { color: var(--soft); font-weight: normal; }
h2 { margin: 0 0 8px; font-size: 20px; } h3 { margin: 16px 0 8px; font-size: 15px; }
header p, section > p { margin: 4px 0 12px; color: var(--soft); }
section { margin: 20px 0; padding: 18px 20px; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.row { display: flex; flex-wrap: wrap; gap: 18px; align-items: flex-start; }
figure { margin: 0; max-width: 100%; } figure img { max-width: 100%; height: auto; image-rendering: pixelated; display: block; }
figcaption { max-width: 36em; margin-top: 6px; color: var(--soft); font-size: 12px; }
.row > figure:has(img[width="227"]) { max-width: 227px; }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(120px, 1fr)); }
.chart { position: relative; flex: 1 1 320px; min-width: 0; height: 240px; }
.scroll { overflow-x: auto; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 12px 0 0; list-style: none; font-size: 13px; }
.legend i { display: inline-block; width: 12px; height: 12px; margin-right: 6px; border-radius: 2px; }
.problems:empty { display: none; }
table { width: 100%; border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 4px 8px; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th:nth-child(n + 5), td:nth-child(n + 5) { text-align: right; }
`;
