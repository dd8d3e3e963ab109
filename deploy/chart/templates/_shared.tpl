{{/* How to select the pods of a component: (list . "collector"). */}}
{{- define "portolan.selector" -}}
app.kubernetes.io/name: {{ (index . 0).Values.nameOverride | default "portolan" }}
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/* What each object of a component is labelled with: (list . "collector"). */}}
{{- define "portolan.labels" -}}
{{ include "portolan.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ (index . 0).Chart.Name }}-{{ (index . 0).Chart.Version | replace "+" "_" }}
{{- with (index . 0).Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "portolan.image" -}}
{{- with .Values.image -}}
image: {{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}
{{- end }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- end }}

{{/* What the pods of a component have beside their containers: (list . "collector" .Values.collector). */}}
{{- define "portolan.podMetadata" -}}
{{- $component := index . 2 -}}
labels:
  {{- include "portolan.selector" . | nindent 2 }}
  {{- with $component.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- $id := (index . 0).Values.image.id }}
{{- if or $id $component.podAnnotations }}
annotations:
  {{- with $id }}
  portolan.dev/image-id: {{ . | quote }}
  {{- end }}
  {{- with $component.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end }}

{{/* How agents and probers ask the collector. */}}
{{- define "portolan.scheme" -}}
{{ eq .Values.collector.tls "off" | ternary "http" "https" }}
{{- end }}

{{/* The namespaces of those who verify the collector, as JSON: its own for probers and the page, and that of the agents. */}}
{{- define "portolan.trusting" -}}
{{ .Values.agents.enabled | ternary (list .Release.Namespace .Values.agents.namespace) (list .Release.Namespace) | uniq | toJson }}
{{- end }}

{{/* What it takes to reach the collector by a port-forward, and to verify it. */}}
{{- define "portolan.forward" -}}
- apiGroups: [discovery.k8s.io]
  resources: [endpointslices]
  verbs: [list]
- apiGroups: ['']
  resources: [pods/portforward]
  verbs: [get, create]
{{- if ne .Values.collector.tls "off" }}
- apiGroups: ['']
  resources: [configmaps]
  resourceNames: [portolan-trust]
  verbs: [get]
{{- end }}
{{- end }}

{{/* As the restricted pod security standard asks. */}}
{{- define "portolan.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "portolan.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}
