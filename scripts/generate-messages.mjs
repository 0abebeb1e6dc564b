// `npm run messages`: the TypeScript of ONNX's messages, from src/core/onnx/proto/onnx.proto as onnx ships it.
import { writeFile } from 'node:fs/promises';
import { MESSAGES_FILE, messagesSource } from './onnxMessages.mjs';

await writeFile(MESSAGES_FILE, await messagesSource());
