/**
 * The demo's configuration file. Groups wait for seconds where they would wait for minutes.
 * @param smtpPort where the demo's own mail server listens
 */
export function demoConfig(smtpPort: number): string {
  return `# The configuration of Tocsin's demo, in alertmanager.yml's format.
global:
  smtp_smarthost: 127.0.0.1:${smtpPort}
  smtp_from: Tocsin <tocsin@example.org>
  smtp_require_tls: false           # the demo's mail server is on this machine

sources:
  rhacs:
    central_url: https://central.example.org

route:
  receiver: security
  group_by: [alertname, cluster, namespace]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 1h
  routes:
  - matchers: ['alertname="PolicyDeny"']
    receiver: network
    group_by: [policy]
    repeat_interval: 3s             # so that a reminder can be seen

receivers:
- name: security
  email_configs:
  - to: Security <security@example.org>
    send_resolved: true
- name: network
  email_configs:
  - to: Network <network@example.org>
    cc: Security <security@example.org>
    send_resolved: true
`;
}
