/** The engine of this VS Code window: one process, started with the settings, whoever asks. */

import * as vscode from 'vscode';

import { CancelledError } from '../core/errors.js';
import type { Engine, RunOptions, Step, TensorMap } from '../core/engine.js';
import { startEngine } from '../runtime/client.js';
import type { EngineClient } from '../runtime/client.js';
import { cudaPackage } from '../runtime/cuda/cudaPackage.js';
import { installedCuda } from '../runtime/cuda/install.js';
import type { EngineStatus, ProviderName } from '../runtime/messages.js';
import { tellOfFallback, tellOfOldCuda } from './cudaNotices.js';
import { engineSettings, SECTION } from './settings.js';
import type { EngineSettings } from './settings.js';

const PROVIDER_NAMES: Readonly<Record<ProviderName, string>> = { cpu: 'CPU', cuda: 'CUDA', webgpu: 'WebGPU' };

/** Shorter work is not shown: all views and panels hear of it, and an icon would only flicker. */
const BUSY_AFTER_MS = 250;

export class EngineHost implements Engine {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  private client: EngineClient | undefined;
  private everything = new AbortController();
  private used: EngineStatus | undefined;
  /** Whether there is a runtime that may have CUDA, so that running without it is worth a word. */
  private expectsCuda = false;
  private requests = 0;
  private busyTimer: NodeJS.Timeout | undefined;
  private busy = false;

  /** Fires when the provider is known or lost, and when work that takes a while begins or ends. */
  readonly onDidChange = this.changed.event;

  /** @param cudaStorage where onnxruntime's CUDA libraries are installed */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly cudaStorage: string,
  ) {
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
  get providerName(): string {
    return this.used === undefined ? vscode.l10n.t('engine not started') : PROVIDER_NAMES[this.used.provider];
  }

  /** Why they do not run on something better: a sentence for each provider that was passed over. */
  get passedOver(): readonly string[] {
    return (this.used?.unused ?? []).map(({ provider, why }) =>
      vscode.l10n.t('{0} is not used: {1}', PROVIDER_NAMES[provider], why),
    );
  }

  /** Whether it has been working for a while. */
  get isBusy(): boolean {
    return this.busy;
  }

  /** @see Engine */
  get provider(): string | undefined {
    return this.client?.provider;
  }

  get setting(): string | undefined {
    return this.runningClient().setting;
  }

  async run(steps: readonly Step[], options: RunOptions = {}): Promise<readonly TensorMap[]> {
    const client = this.runningClient();
    const all = this.everything.signal;
    const signal = options.signal === undefined ? all : AbortSignal.any([options.signal, all]);
    this.count(1);
    try {
      return await client.run(steps, { ...options, signal });
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

  /** What the networks run on; starts the engine where needed. @throws UserError where the settings do not work */
  async status(): Promise<EngineStatus> {
    const client = this.runningClient();
    const status = await client.status();
    if (client === this.client && this.used === undefined) {
      this.used = status;
      this.changed.fire();
      if (this.expectsCuda) {
        tellOfFallback(status, this.providerName, this.log);
      }
    }
    return status;
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
    clearTimeout(this.busyTimer);
    this.client?.dispose();
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private runningClient(): EngineClient {
    if (this.client === undefined) {
      const settings = this.withInstalledCuda(engineSettings());
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

  /** The settings, with the CUDA libraries that were installed where they ask for CUDA and name no runtime. */
  private withInstalledCuda(settings: EngineSettings): EngineSettings {
    if (settings.provider !== 'auto' && settings.provider !== 'cuda') {
      this.expectsCuda = false;
      return settings;
    }
    const runtimePath = settings.runtimePath ?? installedCuda(this.cudaStorage, cudaPackage().version);
    this.expectsCuda = runtimePath !== undefined;
    if (!this.expectsCuda) {
      tellOfOldCuda(this.cudaStorage, this.log);
    }
    return { ...settings, runtimePath };
  }

  private count(change: 1 | -1): void {
    this.requests += change;
    if (this.requests > 0) {
      this.busyTimer ??= setTimeout(() => {
        this.setBusy(true);
      }, BUSY_AFTER_MS);
    } else {
      clearTimeout(this.busyTimer);
      this.busyTimer = undefined;
      this.setBusy(false);
    }
  }

  private setBusy(isBusy: boolean): void {
    if (isBusy !== this.busy) {
      this.busy = isBusy;
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
    this.status().catch((error: unknown) => {
      this.log.error(error instanceof Error ? error : String(error));
    });
  }
}
