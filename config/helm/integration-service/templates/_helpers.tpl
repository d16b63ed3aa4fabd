{{/* The beginning of every name: the release's name, with the chart's where that does not say it. */}}
{{- define "integration-service.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/* What selects the pods: it must never change, because a Deployment's selector cannot. */}}
{{- define "integration-service.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
control-plane: controller-manager
{{- end }}

{{/* Labels of every object. */}}
{{- define "integration-service.labels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "integration-service.serviceAccountName" -}}
{{- default (printf "%s-controller-manager" (include "integration-service.fullname" .)) .Values.controllerManager.serviceAccountName -}}
{{- end }}

{{/* The ServiceAccount as the subject of a binding. */}}
{{- define "integration-service.subject" -}}
- kind: ServiceAccount
  name: {{ include "integration-service.serviceAccountName" . }}
  namespace: {{ .Release.Namespace }}
{{- end }}
