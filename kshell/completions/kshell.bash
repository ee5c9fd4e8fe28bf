# bash completion for kshell:  source <(kshell --completion bash)
_kshell() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    case $before in
        --boot | --journal | --notes | --record | --export) mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
        --memory) mapfile -t COMPREPLY < <(compgen -W '256M 1G 2G 4G 2T' -- "$word"); return ;;
        --handles) mapfile -t COMPREPLY < <(compgen -W '262144 2M' -- "$word"); return ;;
        --completion) mapfile -t COMPREPLY < <(compgen -W 'bash zsh fish' -- "$word"); return ;;
        --grade) mapfile -t COMPREPLY < <(compgen -f -X '!*.md' -- "$word"; compgen -d -- "$word"); return ;;
        --report) mapfile -t COMPREPLY < <(compgen -W 'text json junit gradescope check50' -- "$word"); return ;;
        --max-time) mapfile -t COMPREPLY < <(compgen -W '1 10 60' -- "$word"); return ;;
        --max-memory) mapfile -t COMPREPLY < <(compgen -W '128M 512M 2G' -- "$word"); return ;;
        --pace) mapfile -t COMPREPLY < <(compgen -W '1 2 5' -- "$word"); return ;;
        --max-objects | --max-output) mapfile -t COMPREPLY < <(compgen -W '1M 16M 256M' -- "$word"); return ;;
        --aslr | --seed | --from | -c) return ;;
    esac
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W '--boot --memory --handles --aslr --seed --max-objects --max-output --json
            --json-strings -k --keep-going -i --interactive --args --paranoid --sandbox --journal --record --check --update --play
            --grade --answers --report --max-time --max-memory --from --again --pace --notes --export --list-scripts --list-lessons --completion --version --help -c' -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(
        compgen -f -X '!*.kshell' -- "$word"
        compgen -f -X '!*.md' -- "$word"
        compgen -d -- "$word"
        compgen -W "learn $(kshell --list-scripts 2>/dev/null)" -- "$word"
    )
}
complete -o filenames -F _kshell kshell
