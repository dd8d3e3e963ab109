/** What each shell needs to ask this program for the words that may come next. */
export const SCRIPTS = {
  bash: `# Completion of portolan: source <(portolan completion bash)
_portolan() {
  local IFS=$'\\n'
  COMPREPLY=($(portolan completion next -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _portolan portolan
`,
  zsh: `#compdef portolan
# Completion of portolan: source <(portolan completion zsh)
_portolan() {
  local -a next
  next=(\${(f)"$(portolan completion next -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#next} > 0 )); then compadd -a next; else _files; fi
}
compdef _portolan portolan
`,
  fish: `# Completion of portolan: portolan completion fish | source
function __portolan_next
  set -l before (commandline -opc)
  portolan completion next -- $before[2..] (commandline -ct) 2>/dev/null
end
complete -c portolan -n 'test (count (__portolan_next)) -gt 0' -f -a '(__portolan_next)'
`,
} as const
