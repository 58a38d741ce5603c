import type { LibraryPin, Take } from './libraryPin.ts'

/**
 * The TensorFlow libraries that set-up installs: data only. Bytes and sha256 are those of the files on the Python Package Index in
 * November 2026. The CUDA wheels are what the `and-cuda` extra of tensorflow 2.21.0 resolved to then (its METADATA gives ranges,
 * `nvidia-cublas-cu12 >=12.5.3.2, <13`); the library finds them at `$ORIGIN/../nvidia`, so they go to `deps/nvidia`.
 */
const tensorflowVersion = '2.21.0'

const tensorflowFiles: readonly Take[] = [
  { from: 'tensorflow/libtensorflow_cc.so.2', to: 'deps/lib/libtensorflow_cc.so.2' },
  { from: 'tensorflow/libtensorflow_framework.so.2', to: 'deps/lib/libtensorflow_framework.so.2' },
  { from: 'tensorflow/THIRD_PARTY_NOTICES.txt', to: 'THIRD_PARTY_NOTICES.txt' },
  { from: 'tensorflow/include/LICENSE', to: 'LICENSE' },
  { from: 'tensorflow/include/tensorflow/c/', to: 'deps/include/tensorflow/c/', buildOnly: true },
  {
    from: 'tensorflow/include/tensorflow/core/platform/',
    to: 'deps/include/tensorflow/core/platform/',
    buildOnly: true,
  },
  { from: 'tensorflow/include/xla/tsl/', to: 'deps/include/xla/tsl/', buildOnly: true },
  { from: 'tensorflow/include/tsl/', to: 'deps/include/tsl/', buildOnly: true },
]

/** The shared libraries of one `nvidia-*` wheel and its licence. */
function nvidiaFiles(folder: string, licence: string): Take[] {
  return [
    { from: `nvidia/${folder}/lib/`, to: `deps/nvidia/${folder}/lib/` },
    { from: licence, to: `licenses/nvidia-${folder}.txt` },
  ]
}

const cpuX64: LibraryPin = {
  variant: 'cpu',
  version: tensorflowVersion,
  platform: 'linux-x64',
  glibc: '2.27',
  wheels: [
    {
      package: 'tensorflow-cpu',
      version: tensorflowVersion,
      file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      bytes: 273_829_956,
      sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
      unpackedBytes: 858_735_134,
      take: tensorflowFiles,
    },
  ],
}

/** There is no `tensorflow-cpu` wheel for this platform; its `tensorflow` wheel has no CUDA in it. */
const cpuArm64: LibraryPin = {
  variant: 'cpu',
  version: tensorflowVersion,
  platform: 'linux-arm64',
  glibc: '2.27',
  wheels: [
    {
      package: 'tensorflow',
      version: tensorflowVersion,
      file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
      bytes: 281_828_020,
      sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
      unpackedBytes: 888_488_406,
      take: tensorflowFiles,
    },
  ],
}

const cudaX64: LibraryPin = {
  variant: 'cuda',
  version: tensorflowVersion,
  platform: 'linux-x64',
  glibc: '2.27',
  wheels: [
    {
      package: 'tensorflow',
      version: tensorflowVersion,
      file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
      bytes: 572_440_367,
      sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
      unpackedBytes: 1_264_681_556,
      take: tensorflowFiles,
    },
    {
      package: 'nvidia-cublas-cu12',
      version: '12.9.3.13',
      file: 'nvidia_cublas_cu12-12.9.3.13-py3-none-manylinux_2_27_x86_64.whl',
      bytes: 581_217_458,
      sha256: 'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
      unpackedBytes: 855_123_678,
      take: nvidiaFiles('cublas', 'nvidia_cublas_cu12-12.9.3.13.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-cuda-cupti-cu12',
      version: '12.9.79',
      file: 'nvidia_cuda_cupti_cu12-12.9.79-py3-none-manylinux_2_25_x86_64.whl',
      bytes: 10_814_997,
      sha256: '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
      unpackedBytes: 43_425_030,
      take: nvidiaFiles('cuda_cupti', 'nvidia_cuda_cupti_cu12-12.9.79.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-cuda-nvcc-cu12',
      version: '12.9.86',
      file: 'nvidia_cuda_nvcc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      bytes: 40_546_229,
      sha256: '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
      unpackedBytes: 35_476_486,
      take: [
        { from: 'nvidia/cuda_nvcc/bin/ptxas', to: 'deps/nvidia/cuda_nvcc/bin/ptxas' },
        { from: 'nvidia/cuda_nvcc/nvvm/libdevice/', to: 'deps/nvidia/cuda_nvcc/nvvm/libdevice/' },
        {
          from: 'nvidia_cuda_nvcc_cu12-12.9.86.dist-info/licenses/License.txt',
          to: 'licenses/nvidia-cuda_nvcc.txt',
        },
      ],
    },
    {
      package: 'nvidia-cuda-nvrtc-cu12',
      version: '12.9.86',
      file: 'nvidia_cuda_nvrtc_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      bytes: 89_568_129,
      sha256: '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
      unpackedBytes: 227_400_254,
      take: nvidiaFiles('cuda_nvrtc', 'nvidia_cuda_nvrtc_cu12-12.9.86.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-cuda-runtime-cu12',
      version: '12.9.79',
      file: 'nvidia_cuda_runtime_cu12-12.9.79-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      bytes: 3_493_179,
      sha256: '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
      unpackedBytes: 5_401_438,
      take: nvidiaFiles('cuda_runtime', 'nvidia_cuda_runtime_cu12-12.9.79.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-cudnn-cu12',
      version: '9.28.0.42',
      file: 'nvidia_cudnn_cu12-9.28.0.42-py3-none-manylinux_2_27_x86_64.whl',
      bytes: 716_538_495,
      sha256: '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
      unpackedBytes: 1_162_411_646,
      take: nvidiaFiles('cudnn', 'nvidia_cudnn_cu12-9.28.0.42.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-cufft-cu12',
      version: '11.4.1.4',
      file: 'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      bytes: 200_877_592,
      sha256: 'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
      unpackedBytes: 293_668_678,
      take: nvidiaFiles('cufft', 'nvidia_cufft_cu12-11.4.1.4.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-curand-cu12',
      version: '10.3.10.19',
      file: 'nvidia_curand_cu12-10.3.10.19-py3-none-manylinux_2_27_x86_64.whl',
      bytes: 68_295_626,
      sha256: '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
      unpackedBytes: 167_024_694,
      take: nvidiaFiles('curand', 'nvidia_curand_cu12-10.3.10.19.dist-info/License.txt'),
    },
    {
      package: 'nvidia-cusolver-cu12',
      version: '11.7.5.82',
      file: 'nvidia_cusolver_cu12-11.7.5.82-py3-none-manylinux_2_27_x86_64.whl',
      bytes: 338_117_415,
      sha256: '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
      unpackedBytes: 495_034_326,
      take: nvidiaFiles('cusolver', 'nvidia_cusolver_cu12-11.7.5.82.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-cusparse-cu12',
      version: '12.5.10.65',
      file: 'nvidia_cusparse_cu12-12.5.10.65-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl',
      bytes: 366_465_088,
      sha256: '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
      unpackedBytes: 486_615_630,
      take: nvidiaFiles('cusparse', 'nvidia_cusparse_cu12-12.5.10.65.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-nccl-cu12',
      version: '2.32.3',
      file: 'nvidia_nccl_cu12-2.32.3-py3-none-manylinux_2_27_x86_64.whl',
      bytes: 351_526_311,
      sha256: 'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
      unpackedBytes: 489_655_275,
      take: nvidiaFiles('nccl', 'nvidia_nccl_cu12-2.32.3.dist-info/licenses/License.txt'),
    },
    {
      package: 'nvidia-nvjitlink-cu12',
      version: '12.9.86',
      file: 'nvidia_nvjitlink_cu12-12.9.86-py3-none-manylinux2010_x86_64.manylinux_2_12_x86_64.whl',
      bytes: 39_748_338,
      sha256: 'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
      unpackedBytes: 95_994_606,
      take: nvidiaFiles('nvjitlink', 'nvidia_nvjitlink_cu12-12.9.86.dist-info/licenses/License.txt'),
    },
  ],
}

export const libraryPins: readonly LibraryPin[] = [cpuX64, cpuArm64, cudaX64]
