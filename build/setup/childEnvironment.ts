const passedOn = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'NETRC',
  'XDG_CONFIG_HOME',
  'XDG_CONFIG_DIRS',
  'PYENV_ROOT',
  'PYENV_VERSION',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'CC',
  'CXX',
])
const passedOnPatterns = [/^LC_/, /^PIP_/, /^(https?|all|no|ftp)_proxy$/i]

/**
 * The environment that pip and the compiler start with: what they need to find their files, the network and the user's own index, and
 * nothing that would load foreign code into them (NODE_OPTIONS, LD_PRELOAD, PYTHONSTARTUP). Temporary files go to `temporary`.
 */
export function childEnvironment(from: NodeJS.ProcessEnv, temporary: string): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined) continue
    if (passedOn.has(name) || passedOnPatterns.some((pattern) => pattern.test(name))) environment[name] = value
  }
  return { ...environment, TMPDIR: temporary, PYTHONIOENCODING: 'utf-8', PYTHONDONTWRITEBYTECODE: '1' }
}
