/** The layers of the active model by module, with what there is to see of each. */

import * as vscode from 'vscode';

import { findLayer } from '../../core/network/layers.js';
import { fieldText } from '../../protocol/fieldText.js';
import { times } from '../../protocol/times.js';
import type { LayerView } from '../../protocol/view.js';
import { parentOf } from '../../protocol/groupPath.js';
import { groupMembers, lastStep } from '../../protocol/groupTree.js';
import type { Member } from '../../protocol/groupTree.js';
import type { OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';
import { operatorIcon } from './operatorIcons.js';
import { TreeSelection } from './treeSelection.js';

export interface GroupItem {
  readonly kind: 'group';
  readonly uri: vscode.Uri;
  readonly group: string;
}

/** A row about a layer: what commands on it are about. */
export interface LayerItem {
  readonly kind: 'layer' | 'kernels' | 'featureMaps' | 'weight';
  readonly uri: vscode.Uri;
  readonly layer: string;
  /** Name of the tensor of a weight. */
  readonly tensor?: string;
}

export type LayersItem = GroupItem | LayerItem;

export class LayersView implements vscode.TreeDataProvider<LayersItem> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly disposables: vscode.Disposable[];
  private readonly tree: vscode.TreeView<LayersItem>;
  private readonly chosenRows: TreeSelection<LayersItem>;
  private model: OpenModel | undefined;
  private layers = new Map<string, LayerView>();
  /** Children of every group, in the network's order. */
  private members = new Map<string, LayersItem[]>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly selection: Selection) {
    this.tree = vscode.window.createTreeView('unpool.layers', {
      treeDataProvider: this,
      showCollapseAll: true,
    });
    this.chosenRows = new TreeSelection(this.tree, idOf);
    this.disposables = [
      this.changed,
      this.tree,
      selection.onDidChangeModel(() => {
        this.model = undefined;
        this.changed.fire(undefined);
      }),
      selection.onDidChangeSelection(() => {
        void this.revealSelected();
      }),
      this.tree.onDidChangeVisibility(() => {
        void this.revealSelected();
      }),
      this.chosenRows.onDidChoose((item) => {
        if (item.kind !== 'group') {
          selection.selectLayer(item.uri, item.layer);
        }
      }),
    ];
  }

  async getChildren(item?: LayersItem): Promise<LayersItem[]> {
    if (item === undefined) {
      await this.load();
      void this.revealSelected();
      return this.members.get('') ?? [];
    }
    switch (item.kind) {
      case 'group':
        return this.members.get(item.group) ?? [];
      case 'layer':
        return this.detailsOf(item);
      default:
        return [];
    }
  }

  getParent(item: LayersItem): LayersItem | undefined {
    const { uri } = item;
    if (item.kind === 'group') {
      const parent = parentOf(item.group);
      return parent === '' ? undefined : { kind: 'group', uri, group: parent };
    }
    if (item.kind !== 'layer') {
      return { kind: 'layer', uri, layer: item.layer };
    }
    const group = this.model?.groups.of(item.layer) ?? '';
    return group === '' ? undefined : { kind: 'group', uri, group };
  }

  getTreeItem(item: LayersItem): vscode.TreeItem {
    const row = item.kind === 'group' ? this.groupRow(item) : this.layerRow(item);
    row.id = idOf(item);
    return row;
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private async load(): Promise<void> {
    const { file } = this.selection;
    this.tree.message = '';
    this.model = undefined;
    this.members = new Map();
    this.layers = new Map();
    if (file === undefined) {
      return;
    }
    try {
      const model = await vscode.window.withProgress({ location: { viewId: 'unpool.layers' } }, () =>
        file.get(),
      );
      this.model = model;
      this.layers = new Map(model.view.layers.map((layer) => [layer.name, layer]));
      this.members = membersOf(model);
    } catch (error) {
      this.tree.message = error instanceof Error ? error.message : String(error);
    }
  }

  private detailsOf({ uri, layer }: LayerItem): LayerItem[] {
    const view = this.layers.get(layer);
    if (this.model === undefined || view === undefined) {
      return [];
    }
    const { index, layers } = this.model.network;
    const { node } = findLayer(layers, layer);
    const weights = node.inputs.filter((input) => index.graph.constants.has(input));
    return [
      ...(view.hasKernels ? [{ kind: 'kernels', uri, layer } as const] : []),
      ...(view.hasMaps ? [{ kind: 'featureMaps', uri, layer } as const] : []),
      ...weights.map((tensor) => ({ kind: 'weight', uri, layer, tensor }) as const),
    ];
  }

  private groupRow({ group }: GroupItem): vscode.TreeItem {
    const row = new vscode.TreeItem(lastStep(group), vscode.TreeItemCollapsibleState.Expanded);
    row.iconPath = new vscode.ThemeIcon('symbol-namespace');
    row.tooltip = group;
    row.contextValue = 'group';
    return row;
  }

  private layerRow(item: LayerItem): vscode.TreeItem {
    const view = this.layers.get(item.layer);
    switch (item.kind) {
      case 'layer':
        return layerRow(item, view);
      case 'kernels':
        return detailRow(item, vscode.l10n.t('Kernels'), 'table', 'unpool.showKernels');
      case 'featureMaps':
        return detailRow(item, vscode.l10n.t('Feature maps'), 'layers', 'unpool.showFeatureMaps');
      case 'weight':
        return this.weightRow(item, view);
    }
  }

  private weightRow(item: LayerItem, view: LayerView | undefined): vscode.TreeItem {
    const tensor = tensorOf(item);
    const constant = this.model?.network.index.graph.constants.get(tensor);
    const row =
      view?.hasKernels === true && constant?.shape.length === 4
        ? detailRow(item, tensor, 'symbol-array', 'unpool.showKernels')
        : new vscode.TreeItem(tensor);
    row.iconPath = new vscode.ThemeIcon('symbol-array');
    row.description = `${constant?.shape.join('×') ?? ''} ${constant?.dtype ?? ''}`;
    return row;
  }

  private async revealSelected(): Promise<void> {
    const { model } = this;
    const layer = model && this.selection.layerOf(model);
    if (model === undefined || layer === undefined) {
      return;
    }
    const isWanted = (): boolean =>
      this.model === model &&
      this.selection.layerOf(model) === layer &&
      !this.tree.selection.some((item) => item.kind !== 'group' && item.layer === layer);
    await this.chosenRows.reveal({ kind: 'layer', uri: model.uri, layer }, isWanted);
  }
}

function idOf(item: LayersItem): string {
  const name = item.kind === 'group' ? item.group : item.layer;
  return [item.uri.toString(), item.kind, name, tensorOf(item)].join(' ');
}

function tensorOf(item: LayersItem): string {
  return item.kind === 'weight' ? (item.tensor ?? '') : '';
}

/** Layers and groups by the group they are in. */
function membersOf({ uri, view: { layers } }: OpenModel): Map<string, LayersItem[]> {
  const members = groupMembers(layers.map(({ group }) => group));
  const item = (member: Member): LayersItem =>
    member.kind === 'group'
      ? { kind: 'group', uri, group: member.group }
      : { kind: 'layer', uri, layer: layers[member.place]?.name ?? '' };
  return new Map([...members].map(([group, inside]) => [group, inside.map(item)]));
}

function layerRow({ layer }: LayerItem, view: LayerView | undefined): vscode.TreeItem {
  const row = new vscode.TreeItem(layer, vscode.TreeItemCollapsibleState.Collapsed);
  row.iconPath = operatorIcon(view?.operator ?? '');
  if (view !== undefined) {
    row.description = times(view.output);
    row.tooltip = tooltip(view);
    row.contextValue = [
      'layer',
      view.hasKernels ? 'kernels' : '',
      view.hasMaps ? 'maps' : '',
      view.isActivation ? 'activation' : '',
    ]
      .filter((word) => word !== '')
      .join(' ');
    row.accessibilityInformation = {
      label: vscode.l10n.t('{0}, {1}, output {2}', layer, view.operator, view.output),
    };
  }
  return row;
}

function tooltip(view: LayerView): vscode.MarkdownString {
  const facts = [
    [vscode.l10n.t('Operator'), [view.operator, view.detail].filter((part) => part !== '').join(', ')],
    [vscode.l10n.t('Output'), view.output],
    [vscode.l10n.t('Parameters'), view.parameters.toLocaleString(vscode.env.language)],
    [vscode.l10n.t('Multiply-adds'), view.multiplyAdds?.toLocaleString(vscode.env.language) ?? '?'],
    [vscode.l10n.t('Receptive field'), fieldText(view, (text, ...values) => vscode.l10n.t(text, ...values))],
    [vscode.l10n.t('Stride'), view.stride],
  ].filter(([, value]) => value !== '');
  const text = new vscode.MarkdownString();
  text.appendMarkdown('**').appendText(view.name).appendMarkdown('**\n\n| | |\n|---|---|\n');
  facts.forEach(([fact = '', value = '']) => {
    text.appendMarkdown(`| ${fact} | ${times(value).replaceAll('|', '\\|')} |\n`);
  });
  return text;
}

function detailRow(item: LayerItem, label: string, icon: string, command: string): vscode.TreeItem {
  const row = new vscode.TreeItem(label);
  row.iconPath = new vscode.ThemeIcon(icon);
  row.command = { command, title: label, arguments: [item] };
  return row;
}
