/** The proxies that the environment of a process names, by the variables that Node-RED's own nodes heed. */
import type { ProxyByScheme, ProxySetting } from './http-client';

/** `env`: as of a process. Undefined: it names no proxy. */
export function environmentProxy(env: Readonly<Record<string, string | undefined>>): ProxyByScheme | undefined {
  const first = (...names: readonly string[]): string =>
    names.map((name) => env[name] || env[name.toUpperCase()]).find((value) => value) ?? '';
  const noProxy = first('npm_config_no_proxy', 'no_proxy').split(/[,\s]+/);
  const named = (scheme: 'http' | 'https'): ProxySetting | undefined => {
    const url = first(`npm_config_${scheme}_proxy`, `${scheme}_proxy`, 'npm_config_proxy', 'all_proxy');
    return url === '' ? undefined : { url, noProxy };
  };
  const [http, https] = [named('http'), named('https')];
  return http || https ? { ...(http && { 'http:': http }), ...(https && { 'https:': https }) } : undefined;
}
