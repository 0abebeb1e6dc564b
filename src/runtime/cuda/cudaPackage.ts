/** The file that holds onnxruntime's CUDA libraries, which are too large to come along. */

import { UserError } from '../../core/errors.js';

/** A Python wheel, which is a zip archive. */
export interface CudaPackage {
  /** Of onnxruntime; only libraries of the very same build work together. */
  readonly version: string;
  readonly url: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha512: string;
}

/**
 * What belongs to the onnxruntime-node of package.json. PyPI's wheels and npm's package are built of one commit.
 * The SHA-512 was taken of a file with the SHA-256 that PyPI states.
 */
export const CUDA_PACKAGE: CudaPackage = {
  version: '1.30.0',
  url:
    'https://files.pythonhosted.org/packages/ea/71/b225bd559a718f6cefb058d4f4c4c95e556543f47d4be0e81819681ac347/' +
    'onnxruntime_gpu-1.30.0-cp311-cp311-manylinux_2_28_x86_64.whl',
  bytes: 246_658_419,
  sha512:
    'a9cf8477f15e9d71ba9774a1f7e2490fb7c19a1b468e2e6c9563469daa103426' +
    '2ebf98d54a8d43cad70df1d75210adec752258d08b6a7d679d928034e980f223',
};

/** The libraries, and where they lie in the wheel. */
export const CUDA_LIBRARIES: Readonly<Record<string, string>> = {
  'libonnxruntime_providers_cuda.so': 'onnxruntime/capi/libonnxruntime_providers_cuda.so',
  'libonnxruntime_providers_shared.so': 'onnxruntime/capi/libonnxruntime_providers_shared.so',
};

/** Names another package, as JSON with the fields of CudaPackage: a mirror's, or a test's. */
const OVERRIDE = 'UNPOOL_CUDA_PACKAGE';

/** @throws UserError when the environment names a package that cannot be read */
export function cudaPackage(): CudaPackage {
  const text = process.env[OVERRIDE];
  if (text === undefined) {
    return CUDA_PACKAGE;
  }
  try {
    const { version, url, bytes, sha512 } = JSON.parse(text) as Partial<Record<keyof CudaPackage, unknown>>;
    return {
      version: String(version),
      url: new URL(String(url)).href,
      bytes: Number(bytes),
      sha512: String(sha512),
    };
  } catch {
    throw new UserError(`${OVERRIDE} is no JSON with the fields version, url, bytes and sha512: ${text}`);
  }
}
