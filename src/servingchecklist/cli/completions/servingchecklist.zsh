#compdef servingchecklist
_servingchecklist() {
    local -a found
    found=("${(@f)$(servingchecklist __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -n $found ]]; then compadd -a found; else _files; fi
}
compdef _servingchecklist servingchecklist
