/**
 * Names of MITRE ATT&CK's enterprise tactics and of techniques that are seen in container security: RHACS sends ids
 * only. A line is `ID Name`; one that begins with a dot is a sub-technique of the technique above it.
 */
const TABLE = `
TA0001 Initial Access
TA0002 Execution
TA0003 Persistence
TA0004 Privilege Escalation
TA0005 Defense Evasion
TA0006 Credential Access
TA0007 Discovery
TA0008 Lateral Movement
TA0009 Collection
TA0010 Exfiltration
TA0011 Command and Control
TA0040 Impact
TA0042 Resource Development
TA0043 Reconnaissance
T1001 Data Obfuscation
T1003 OS Credential Dumping
.007 Proc Filesystem
.008 /etc/passwd and /etc/shadow
T1005 Data from Local System
T1007 System Service Discovery
T1008 Fallback Channels
T1010 Application Window Discovery
T1012 Query Registry
T1014 Rootkit
T1016 System Network Configuration Discovery
.001 Internet Connection Discovery
T1018 Remote System Discovery
T1020 Automated Exfiltration
T1021 Remote Services
.004 SSH
.005 VNC
.007 Cloud Services
T1025 Data from Removable Media
T1027 Obfuscated Files or Information
.002 Software Packing
.003 Steganography
.004 Compile After Delivery
T1029 Scheduled Transfer
T1030 Data Transfer Size Limits
T1033 System Owner/User Discovery
T1036 Masquerading
.003 Rename System Utilities
.004 Masquerade Task or Service
.005 Match Legitimate Name or Location
T1037 Boot or Logon Initialization Scripts
.004 RC Scripts
T1039 Data from Network Shared Drive
T1040 Network Sniffing
T1041 Exfiltration Over C2 Channel
T1046 Network Service Discovery
T1047 Windows Management Instrumentation
T1048 Exfiltration Over Alternative Protocol
.001 Exfiltration Over Symmetric Encrypted Non-C2 Protocol
.002 Exfiltration Over Asymmetric Encrypted Non-C2 Protocol
.003 Exfiltration Over Unencrypted Non-C2 Protocol
T1049 System Network Connections Discovery
T1053 Scheduled Task/Job
.002 At
.003 Cron
.006 Systemd Timers
.007 Container Orchestration Job
T1055 Process Injection
.008 Ptrace System Calls
.009 Proc Memory
T1056 Input Capture
T1057 Process Discovery
T1059 Command and Scripting Interpreter
.001 PowerShell
.004 Unix Shell
.006 Python
.007 JavaScript
T1068 Exploitation for Privilege Escalation
T1069 Permission Groups Discovery
.001 Local Groups
.003 Cloud Groups
T1070 Indicator Removal
.002 Clear Linux or Mac System Logs
.003 Clear Command History
.004 File Deletion
.006 Timestomp
T1071 Application Layer Protocol
.001 Web Protocols
.004 DNS
T1072 Software Deployment Tools
T1074 Data Staged
.001 Local Data Staging
T1078 Valid Accounts
.001 Default Accounts
.003 Local Accounts
.004 Cloud Accounts
T1080 Taint Shared Content
T1082 System Information Discovery
T1083 File and Directory Discovery
T1087 Account Discovery
.001 Local Account
.004 Cloud Account
T1090 Proxy
.001 Internal Proxy
.002 External Proxy
.003 Multi-hop Proxy
T1091 Replication Through Removable Media
T1092 Communication Through Removable Media
T1095 Non-Application Layer Protocol
T1098 Account Manipulation
.001 Additional Cloud Credentials
.003 Additional Cloud Roles
.004 SSH Authorized Keys
.006 Additional Container Cluster Roles
T1102 Web Service
T1104 Multi-Stage Channels
T1105 Ingress Tool Transfer
T1106 Native API
T1110 Brute Force
.001 Password Guessing
.002 Password Cracking
.003 Password Spraying
.004 Credential Stuffing
T1111 Multi-Factor Authentication Interception
T1112 Modify Registry
T1113 Screen Capture
T1114 Email Collection
T1115 Clipboard Data
T1119 Automated Collection
T1120 Peripheral Device Discovery
T1123 Audio Capture
T1124 System Time Discovery
T1125 Video Capture
T1127 Trusted Developer Utilities Proxy Execution
T1129 Shared Modules
T1132 Data Encoding
T1133 External Remote Services
T1134 Access Token Manipulation
T1135 Network Share Discovery
T1136 Create Account
.001 Local Account
.003 Cloud Account
T1140 Deobfuscate/Decode Files or Information
T1176 Browser Extensions
T1187 Forced Authentication
T1189 Drive-by Compromise
T1190 Exploit Public-Facing Application
T1195 Supply Chain Compromise
.001 Compromise Software Dependencies and Development Tools
.002 Compromise Software Supply Chain
.003 Compromise Hardware Supply Chain
T1199 Trusted Relationship
T1201 Password Policy Discovery
T1202 Indirect Command Execution
T1203 Exploitation for Client Execution
T1204 User Execution
.001 Malicious Link
.002 Malicious File
.003 Malicious Image
T1205 Traffic Signaling
.001 Port Knocking
T1207 Rogue Domain Controller
T1210 Exploitation of Remote Services
T1211 Exploitation for Defense Evasion
T1212 Exploitation for Credential Access
T1213 Data from Information Repositories
T1218 System Binary Proxy Execution
T1219 Remote Access Software
T1222 File and Directory Permissions Modification
.002 Linux and Mac File and Directory Permissions Modification
T1480 Execution Guardrails
T1485 Data Destruction
T1486 Data Encrypted for Impact
T1489 Service Stop
T1490 Inhibit System Recovery
T1491 Defacement
T1495 Firmware Corruption
T1496 Resource Hijacking
.001 Compute Hijacking
T1497 Virtualization/Sandbox Evasion
T1498 Network Denial of Service
T1499 Endpoint Denial of Service
T1505 Server Software Component
.003 Web Shell
T1518 Software Discovery
.001 Security Software Discovery
T1525 Implant Internal Image
T1526 Cloud Service Discovery
T1528 Steal Application Access Token
T1529 System Shutdown/Reboot
T1530 Data from Cloud Storage
T1531 Account Access Removal
T1534 Internal Spearphishing
T1535 Unused/Unsupported Cloud Regions
T1537 Transfer Data to Cloud Account
T1538 Cloud Service Dashboard
T1539 Steal Web Session Cookie
T1542 Pre-OS Boot
T1543 Create or Modify System Process
.002 Systemd Service
.005 Container Service
T1546 Event Triggered Execution
.004 Unix Shell Configuration Modification
.005 Trap
T1547 Boot or Logon Autostart Execution
.006 Kernel Modules and Extensions
T1548 Abuse Elevation Control Mechanism
.001 Setuid and Setgid
.003 Sudo and Sudo Caching
T1550 Use Alternate Authentication Material
.001 Application Access Token
T1552 Unsecured Credentials
.001 Credentials In Files
.003 Bash History
.004 Private Keys
.005 Cloud Instance Metadata API
.007 Container API
T1553 Subvert Trust Controls
.004 Install Root Certificate
T1554 Compromise Host Software Binary
T1555 Credentials from Password Stores
T1556 Modify Authentication Process
.003 Pluggable Authentication Modules
T1557 Adversary-in-the-Middle
.002 ARP Cache Poisoning
T1559 Inter-Process Communication
T1560 Archive Collected Data
.001 Archive via Utility
T1561 Disk Wipe
T1562 Impair Defenses
.001 Disable or Modify Tools
.003 Impair Command History Logging
.004 Disable or Modify System Firewall
.006 Indicator Blocking
.007 Disable or Modify Cloud Firewall
.008 Disable or Modify Cloud Logs
.012 Disable or Modify Linux Audit System
T1563 Remote Service Session Hijacking
.001 SSH Hijacking
T1564 Hide Artifacts
.001 Hidden Files and Directories
T1565 Data Manipulation
T1566 Phishing
T1567 Exfiltration Over Web Service
T1568 Dynamic Resolution
T1569 System Services
.002 Service Execution
T1570 Lateral Tool Transfer
T1571 Non-Standard Port
T1572 Protocol Tunneling
T1573 Encrypted Channel
T1574 Hijack Execution Flow
.006 Dynamic Linker Hijacking
.007 Path Interception by PATH Environment Variable
T1578 Modify Cloud Compute Infrastructure
T1580 Cloud Infrastructure Discovery
T1583 Acquire Infrastructure
T1587 Develop Capabilities
T1588 Obtain Capabilities
T1590 Gather Victim Network Information
T1592 Gather Victim Host Information
T1595 Active Scanning
T1600 Weaken Encryption
T1601 Modify System Image
T1606 Forge Web Credentials
T1608 Stage Capabilities
T1609 Container Administration Command
T1610 Deploy Container
T1611 Escape to Host
T1612 Build Image on Host
T1613 Container and Resource Discovery
T1614 System Location Discovery
T1619 Cloud Storage Object Discovery
T1620 Reflective Code Loading
T1621 Multi-Factor Authentication Request Generation
T1622 Debugger Evasion
T1648 Serverless Execution
T1651 Cloud Administration Command
T1654 Log Enumeration
`;

let names: Map<string, string> | undefined;

/** `T1059.004` gives `Command and Scripting Interpreter: Unix Shell`; '' for an id that the table has not. */
export function mitreName(id: string): string {
  names ??= parse();
  return names.get(id) ?? '';
}

function parse(): Map<string, string> {
  const table = new Map<string, string>();
  let parent = '';
  for (const line of TABLE.trim().split('\n')) {
    const space = line.indexOf(' ');
    const id = line.slice(0, space);
    const name = line.slice(space + 1);
    if (!id.startsWith('.')) parent = id;
    table.set(id === parent ? id : parent + id, id === parent ? name : `${table.get(parent)}: ${name}`);
  }
  return table;
}
