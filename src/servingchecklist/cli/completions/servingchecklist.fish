function __servingchecklist
    set -l names (servingchecklist __complete (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
    if set -q names[1]
        printf '%s\n' $names
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c servingchecklist -f -a '(__servingchecklist)'
