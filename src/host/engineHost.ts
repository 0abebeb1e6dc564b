/** The engine of this window: one process, started with the settings, whoever asks. */

import * as vscode from 'vscode';

import { CancelledError } from '../core/errors.js';
import type { Engine, RunOptions, Step, TensorMap } from '../core/engine.js';
import { startEngine } from '../runtime/client.js';
import type { EngineClient } from '../runtime/client.js';
import type { ProviderName } from '../runtime/messages.js';
import { engineSettings, SECTION } from './settings.js';

const PROVIDER_NAMES: Readonly<Record<ProviderName, string>> = { cpu: 'CPU', cuda: 'CUDA', webgpu: 'WebGPU' };

export class EngineHost implements Engine {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  private client: EngineClient | undefined;
  private everything = new AbortController();
  private used: ProviderName | undefined;
  private requests = 0;

  /** Fires when the provider is known or lost, and when work begins or ends. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly log: vscode.LogOutputChannel) {
    this.disposables = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        const isOurs = ['provider', 'threads', 'runtime'].some((name) =>
          event.affectsConfiguration(`${SECTION}.${name}`),
        );
        if (isOurs) {
          this.restart();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.restart();
      }),
    ];
  }

  /** What the networks run on, in words. */
  get provider(): string {
    return this.used === undefined ? vscode.l10n.t('engine not started') : PROVIDER_NAMES[this.used];
  }

  get isBusy(): boolean {
    return this.requests > 0;
  }

  get setting(): string | undefined {
    return this.runningClient().setting;
  }

  async run(steps: readonly Step[], { signal }: RunOptions = {}): Promise<readonly TensorMap[]> {
    const client = this.runningClient();
    const all = this.everything.signal;
    this.count(1);
    try {
      return await client.run(steps, { signal: signal === undefined ? all : AbortSignal.any([signal, all]) });
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        this.log.error(error instanceof Error ? error : String(error));
      }
      throw error;
    } finally {
      this.count(-1);
      this.learnProvider(client);
    }
  }

  /** Cancels every request. */
  cancel(): void {
    this.everything.abort();
    this.everything = new AbortController();
  }

  /** Stops the process; the next request starts one with the settings of that moment. */
  restart(): void {
    this.client?.dispose();
    this.client = undefined;
    this.forgetProvider();
    this.log.info(vscode.l10n.t('The engine was stopped; the next request starts it again.'));
  }

  dispose(): void {
    this.client?.dispose();
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private runningClient(): EngineClient {
    if (this.client === undefined) {
      const settings = engineSettings();
      this.log.info(`starting the engine: ${JSON.stringify(settings)}`);
      this.client = startEngine({
        ...settings,
        log: (line) => {
          this.log.info(line);
        },
      });
      this.client.onExit((error) => {
        this.log.error(error.message);
        this.forgetProvider();
      });
    }
    return this.client;
  }

  private count(change: 1 | -1): void {
    this.requests += change;
    if (this.requests === (change === 1 ? 1 : 0)) {
      this.changed.fire();
    }
  }

  private forgetProvider(): void {
    this.used = undefined;
    this.changed.fire();
  }

  private learnProvider(client: EngineClient): void {
    if (this.used !== undefined || client !== this.client) {
      return;
    }
    client.status().then(
      ({ provider }) => {
        if (client === this.client && this.used === undefined) {
          this.used = provider;
          this.changed.fire();
        }
      },
      (error: unknown) => {
        this.log.error(error instanceof Error ? error : String(error));
      },
    );
  }
}
