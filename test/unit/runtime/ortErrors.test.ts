import { expect, it } from 'vitest';
import { readable } from '../../../src/runtime/ortErrors.js';

// Messages as onnxruntime 1.30 gives them.
const MESSAGES = [
  [
    'This is an invalid model. In Node, ("n1", Nope, "", -1) : ("x": tensor(float),) -> ("y": tensor(float),) , ' +
      'Error No Op registered for Nope with domain_version of 17',
    'node "n1" (Nope): the operator Nope does not exist in version 17 of its operator set.',
  ],
  [
    'Node (mm) Op (MatMul) [ShapeInferenceError] Incompatible dimensions for matrix multiplication',
    'node "mm" (MatMul): Incompatible dimensions for matrix multiplication',
  ],
  [
    "Non-zero status code returned while running MatMul node. Name:'mm' Status Message: " +
      'matmul_helper.h:59 Compute MatMul dimension mismatch',
    'node "mm" (MatMul): MatMul dimension mismatch',
  ],
  [
    "Non-zero status code returned while running Reshape node. Name:'mm' Status Message: " +
      '/onnxruntime_src/onnxruntime/core/providers/cpu/tensor/reshape_helper.h:91 ' +
      'onnxruntime::ReshapeHelper::ReshapeHelper(const onnxruntime::TensorShape&, onnxruntime::TensorShapeVector&, bool) ' +
      'input_shape_size == requested_shape_size was false. The input tensor cannot be reshaped to the requested shape. ' +
      'Input shape:{1,2}, requested shape:{7,3}\n',
    'node "mm" (Reshape): The input tensor cannot be reshaped to the requested shape. ' +
      'Input shape:{1,2}, requested shape:{7,3}',
  ],
  [
    "Non-zero status code returned while running ConstantOfShape node. Name:'c1' Status Message: " +
      '/onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 void* ' +
      'onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) ' +
      'Failed to allocate memory for requested buffer of size 40000000000\n',
    'node "c1" (ConstantOfShape): there is not enough memory for a tensor of 40000000000 bytes: ' +
      'use a smaller image or batch.',
  ],
  [
    'Exception during initialization: /onnxruntime_src/onnxruntime/core/optimizer/initializer.cc:51 ' +
      'onnxruntime::Initializer::Initializer(const onnx::TensorProto&, const std::filesystem::__cxx11::path&) ' +
      '[ONNXRuntimeError] : 1 : FAIL : tensorprotoutils.cc:1763 GetExtDataFromTensorProto External initializer: w ' +
      'offset: 0 size to read: 12 given file_length: 3 are out of bounds or can not be read in full.\n',
    'External initializer: w offset: 0 size to read: 12 given file_length: 3 are out of bounds or can not be read in full.',
  ],
  [
    'C:\\a\\_work\\1\\s\\onnxruntime\\core\\graph\\model.cc:202 onnxruntime::Model::Model ' +
      'Unsupported model IR version: 99, max supported IR version: 13\n',
    'Unsupported model IR version: 99, max supported IR version: 13',
  ],
  [
    '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:154 std::conditional_t<THRW, void, Status> ' +
      'onnxruntime::CudaCall(ERRTYPE, const char*, int) [with ERRTYPE = cudaError; bool THRW = true] ' +
      'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version ; GPU=-1 ; hostname=pc ; ' +
      'file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider.cc ; line=352 ; ' +
      'expr=cudaSetDevice(info_.device_id); \n',
    'CUDA failure 35: CUDA driver version is insufficient for CUDA runtime version.',
  ],
  ['Failed to load model because protobuf parsing failed.', 'it is not a valid ONNX file.'],
  ['something new', 'something new'],
] as const;

it.each(MESSAGES)('reads %#', (message, line) => {
  expect(readable(new Error(message))).toBe(line);
});

it('cuts a message that is very long', () => {
  expect(readable(new Error('word '.repeat(10_000))).length).toBeLessThan(500);
});
