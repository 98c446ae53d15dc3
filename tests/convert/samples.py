"""Other people's files, as rich as they come."""

from __future__ import annotations

import json
from typing import Any

RULE = """\
id: d99cf5c3-d660-436c-895b-8a8f8448da23
name: MFA rejected by user
description: |
  'Somebody refused a prompt.
  Ask them.'
severity: Medium
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
status: Available
tactics:
  - InitialAccess
relevantTechniques:
  - T1078
  - T1078.004
tags:
  - AADSecOpsGuide
query: |
  SigninLogs
  | where ResultType == "500121"
  | project TimeGenerated, UserPrincipalName, IPAddress
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
sentinelEntitiesMappings:
  - columnName: Entities
customDetails:
  User: UserPrincipalName
alertDetailsOverride:
  alertDisplayNameFormat: Refused by {{UserPrincipalName}}
  alertDynamicProperties:
    - alertProperty: AlertLink
      value: Link
eventGroupingSettings:
  aggregationKind: AlertPerResult
suppressionDuration: 5h
suppressionEnabled: true
incidentConfiguration:
  createIncident: true
  groupingConfiguration:
    enabled: true
    reopenClosedIncident: false
    lookbackDuration: PT5H
    matchingMethod: Selected
    groupByEntities: [Account]
    groupByAlertDetails: []
    groupByCustomDetails: []
enabled: false
metadata:
  source:
    kind: Community
  author:
    name: Somebody
version: 2.0.2
kind: Scheduled
"""

HUNTING = """\
id: 2b2415d9-491e-4c39-b569-514afa88ef06
name: Rare things
description: 'Looks for what is rare: once a day.'
requiredDataConnectors: []
tactics: [Persistence, Impact]
relevantTechniques: [T1098]
query: "SigninLogs | summarize count() by AppDisplayName | where count_ == 1"
entityMappings:
  - entityType: CloudApplication
    fieldMappings:
      - {identifier: Name, columnName: AppDisplayName}
"""

NRT = """\
id: 1b4e28ba-2fa1-41d2-883f-0016d3cca427
name: Near real time
kind: NRT
severity: High
query: SigninLogs
"""

PARSER = """\
Parser:
  Title: DNS events
  Version: '0.1'
  LastUpdated: Jan 1, 2024
ParserName: vimDns
Description: All DNS events.
ParserParams:
  - {Name: starttime, Type: datetime, Default: datetime(null)}
  - {Name: domain, Type: string, Default: '*'}
  - {Name: types, Type: dynamic, Default: 'dynamic([])'}
  - {Name: disabled, Type: bool, Default: false}
ParserQuery: |
  DnsEvents
  | where not(disabled) and (domain == "*" or Name has domain)
  | where isnull(starttime) or TimeGenerated > starttime
  | where array_length(types) == 0 or QueryType in (types)
"""

MSTICPY = """\
metadata:
  version: 1
  data_environments: [LogAnalytics]
defaults:
  parameters:
    start: {description: Query start time, type: datetime}
    end: {description: Query end time, type: datetime}
    table: {description: Table name, type: str, default: SigninLogs}
    add_query_items: {description: Additional clauses, type: str, default: ''}
sources:
  list_user_signins:
    description: Sign-ins of a user
    args:
      query: '
        {table}
        | where TimeGenerated >= datetime({start})
        | where TimeGenerated <= datetime({end})
        | where UserPrincipalName has "{user}"
        {add_query_items}'
    parameters:
      user: {description: The user, type: str}
"""

WORKBOOK = json.dumps(
    {
        "version": "Notebook/1.0",
        "items": [
            {
                "type": 9,
                "content": {
                    "version": "KqlParameterItem/1.0",
                    "parameters": [{"version": "KqlParameterItem/1.0", "name": "TimeRange", "type": 4}],
                },
            },
            {
                "type": 3,
                "content": {
                    "version": "KqlItem/1.0",
                    "query": "SigninLogs\n| where TimeGenerated {TimeRange}\n| count",
                    "queryType": 0,
                },
                "name": "count",
            },
        ],
    },
    indent=1,
)


def alert_rule(**properties: Any) -> dict[str, Any]:
    """Return a resource of a Microsoft Sentinel rule that says all that one can."""
    return {
        "id": "[concat(resourceId('x', parameters('workspace')), '/alertRules/0b9ae89d-8cad-461c-808f-0494f70ad5c4')]",
        "name": "[concat(parameters('workspace'), '/Microsoft.SecurityInsights/0b9ae89d-8cad-461c-808f-0494f70ad5c4')]",
        "type": "Microsoft.OperationalInsights/workspaces/providers/alertRules",
        "kind": "Scheduled",
        "apiVersion": "2023-12-01-preview",
        "location": "[parameters('location')]",
        "dependsOn": ["[variables('solution')]"],
        "condition": "[parameters('wanted')]",
        "etag": '"0300bf09-0000-0000-0000-5c37296e0000"',
        "comments": "by hand",
        "properties": {
            "displayName": "MFA rejected by user",
            "description": "Somebody refused a prompt.",
            "severity": "Medium",
            "enabled": True,
            "query": 'SigninLogs\n| where ResultType == "500121"',
            "queryFrequency": "PT1H",
            "queryPeriod": "P1D",
            "triggerOperator": "GreaterThan",
            "triggerThreshold": 0,
            "suppressionDuration": "PT5H",
            "suppressionEnabled": True,
            "startTimeUtc": "2024-01-01T00:00:00Z",
            "tactics": ["InitialAccess"],
            "techniques": ["T1078", "T1110"],
            "subTechniques": ["T1078.004"],
            "alertRuleTemplateName": "d99cf5c3-d660-436c-895b-8a8f8448da23",
            "templateVersion": "1.0.1",
            "incidentConfiguration": {
                "createIncident": True,
                "groupingConfiguration": {
                    "enabled": True,
                    "reopenClosedIncident": False,
                    "lookbackDuration": "PT5H",
                    "matchingMethod": "AllEntities",
                    "groupByEntities": ["Account"],
                },
            },
            "eventGroupingSettings": {"aggregationKind": "SingleAlert"},
            "alertDetailsOverride": {
                "alertDisplayNameFormat": "Refused by {{UserPrincipalName}}",
                "alertDynamicProperties": [{"alertProperty": "AlertLink", "value": "Link"}],
            },
            "customDetails": {"User": "UserPrincipalName"},
            "entityMappings": [
                {
                    "entityType": "Account",
                    "fieldMappings": [{"identifier": "FullName", "columnName": "UserPrincipalName"}],
                }
            ],
            "sentinelEntitiesMappings": [{"columnName": "Entities"}],
            **properties,
        },
    }
