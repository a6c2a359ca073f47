# Type a line and a tab into an interactive zsh; write what became of it. The
# marks that are waited for are split where they are typed, as they are echoed.
#
#   zsh -f complete.zsh FOLDER_OF_COMPLETIONS LINE FILE
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "fpath=(${(q)1} \$fpath); autoload -U compinit; compinit -u -D"
zpty -w shell "tell() { print -r -- \"\$BUFFER\" >${(q)3}; zle -M IS''TOLD }"
zpty -w shell "LISTMAX=-1; zle -N tell; bindkey '^T' tell; PS1=IS''READY"
zpty -r shell out '*ISREADY*'
zpty -w -n shell "$2"$'\t\C-t'
zpty -r shell out '*ISTOLD*'
zpty -d shell
