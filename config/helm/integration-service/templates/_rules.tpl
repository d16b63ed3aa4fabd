{{/* Generated from src/rights.ts by `make generate`. Do not edit: declare the right where it is needed and generate again. */}}

{{- define "integration-service.managerRules" -}}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create, get, list, patch, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [appstudio.redhat.com]
  resources: [applications]
  verbs: [get, list, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [componentgroups]
  verbs: [get, list, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [componentgroups/status]
  verbs: [patch]
- apiGroups: [appstudio.redhat.com]
  resources: [components]
  verbs: [get, list, patch, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [integrationtestscenarios]
  verbs: [list, patch, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [integrationtestscenarios/status]
  verbs: [patch]
- apiGroups: [appstudio.redhat.com]
  resources: [releaseplans]
  verbs: [list, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [releases]
  verbs: [create, get, list, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [releases/status]
  verbs: [patch]
- apiGroups: [appstudio.redhat.com]
  resources: [snapshots]
  verbs: [create, get, list, patch, watch]
- apiGroups: [appstudio.redhat.com]
  resources: [snapshots/status]
  verbs: [patch]
- apiGroups: [resolution.tekton.dev]
  resources: [resolutionrequests]
  verbs: [create, delete, get]
- apiGroups: [tekton.dev]
  resources: [pipelineruns]
  verbs: [create, get, list, patch, watch]
- apiGroups: [tekton.dev]
  resources: [taskruns]
  verbs: [list, watch]
{{- if .Values.gitStatus.enable }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
- apiGroups: [appstudio.redhat.com]
  resources: [snapshots]
  verbs: [get, patch]
- apiGroups: [pipelinesascode.tekton.dev]
  resources: [repositories]
  verbs: [list]
- apiGroups: [tekton.dev]
  resources: [pipelineruns]
  verbs: [get, patch]
{{- end }}
{{- if .Values.operator.provisionRunner }}
- apiGroups: [""]
  resources: [secrets]
  verbs: [create]
- apiGroups: [""]
  resources: [serviceaccounts]
  verbs: [create, get, patch]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [clusterroles]
  resourceNames: [konflux-integration-runner]
  verbs: [bind]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [rolebindings]
  verbs: [create]
{{- end }}
{{- if .Values.snapshotgc.enable }}
- apiGroups: [""]
  resources: [configmaps]
  verbs: [list]
- apiGroups: [appstudio.redhat.com]
  resources: [releases]
  verbs: [list]
- apiGroups: [appstudio.redhat.com]
  resources: [snapshots]
  verbs: [delete]
{{- end }}
{{- if .Values.rbac.ownerReferencesPermissionEnforcement }}
- apiGroups: [appstudio.redhat.com]
  resources: [applications/finalizers]
  verbs: [update]
- apiGroups: [appstudio.redhat.com]
  resources: [componentgroups/finalizers]
  verbs: [update]
- apiGroups: [appstudio.redhat.com]
  resources: [integrationtestscenarios]
  verbs: [delete]
- apiGroups: [appstudio.redhat.com]
  resources: [snapshots]
  verbs: [delete]
- apiGroups: [appstudio.redhat.com]
  resources: [snapshots/finalizers]
  verbs: [update]
{{- end }}
{{- end }}

{{- define "integration-service.leaderElectionRules" -}}
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  resourceNames: [03c7e15b.redhat.com]
  verbs: [get, update]
- apiGroups: [coordination.k8s.io]
  resources: [leases]
  verbs: [create]
{{- end }}

{{- define "integration-service.metricsAccessRules" -}}
- apiGroups: [authentication.k8s.io]
  resources: [tokenreviews]
  verbs: [create]
- apiGroups: [authorization.k8s.io]
  resources: [subjectaccessreviews]
  verbs: [create]
{{- end }}

{{- define "integration-service.adminRules" -}}
- apiGroups: [appstudio.redhat.com]
  resources:
    - applications
    - componentgroups
    - components
    - integrationtestscenarios
    - releaseplans
    - releases
    - snapshots
  verbs: ["*"]
- apiGroups: [appstudio.redhat.com]
  resources:
    - applications/status
    - componentgroups/status
    - components/status
    - integrationtestscenarios/status
    - releaseplans/status
    - releases/status
    - snapshots/status
  verbs: [get]
{{- end }}

{{- define "integration-service.editorRules" -}}
- apiGroups: [appstudio.redhat.com]
  resources:
    - applications
    - componentgroups
    - components
    - integrationtestscenarios
    - releaseplans
    - releases
    - snapshots
  verbs: [create, delete, deletecollection, get, list, patch, update, watch]
- apiGroups: [appstudio.redhat.com]
  resources:
    - applications/status
    - componentgroups/status
    - components/status
    - integrationtestscenarios/status
    - releaseplans/status
    - releases/status
    - snapshots/status
  verbs: [get]
{{- end }}

{{- define "integration-service.viewerRules" -}}
- apiGroups: [appstudio.redhat.com]
  resources:
    - applications
    - componentgroups
    - components
    - integrationtestscenarios
    - releaseplans
    - releases
    - snapshots
  verbs: [get, list, watch]
- apiGroups: [appstudio.redhat.com]
  resources:
    - applications/status
    - componentgroups/status
    - components/status
    - integrationtestscenarios/status
    - releaseplans/status
    - releases/status
    - snapshots/status
  verbs: [get]
{{- end }}
