#compdef servingchecklist
_servingchecklist() {
    local -a names
    names=("${(@f)$(servingchecklist __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n $names ]]; then compadd -a names; else _files; fi
}
compdef _servingchecklist servingchecklist
