/** `273.8 MB`: millions of bytes, as disks are sold. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

export function seconds(value: number): string {
  return `${value.toFixed(1)} s`
}
