# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2207 # compgen's words are completions, split as they are meant
# Completion of leat's verbs, options and arguments.

_leat_words() {
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

# Folders, and the files that match a pattern (default: any).
_leat_files() {
    local file
    COMPREPLY=()
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        # shellcheck disable=SC2053 # the argument is a pattern
        if [[ -d $file || $file == ${1:-*} ]]; then COMPREPLY+=("$file"); fi
    done < <(compgen -f -- "$cur")
}

_leat_sources() {
    local words
    words="test screen lavfi: rtsp:// http:// https:// $(compgen -G '/dev/video*')"
    _leat_files
    COMPREPLY+=($(compgen -W "$words" -- "$cur"))
}

# The names of what a verb lists of a library.
_leat_names() {
    "$leat" "$1" "$2" --json 2>/dev/null | sed -n 's/^.\{,4\}"name" *: *"\([^"\\ ]*\)".*/\1/p'
}

_leat_recordings() {
    _leat_words "$(_leat_names list "$1")"
}

# Models of the first library among the words.
_leat_models() {
    local word
    for word in "${words[@]}"; do
        if [[ $word == *.leat && -f $word ]]; then
            _leat_words "$(_leat_names models "$word")"
            return
        fi
    done
}

# One option's value. Fails when the word before the cursor is no option that takes one.
_leat_value() {
    case $1 in
    --source) _leat_sources ;;
    --filter) _leat_words "none grey negative edges flip blur" ;;
    --codec) _leat_words "mjpeg ffv1 h264 rawvideo" ;;
    --concurrency) _leat_words "none threads" ;;
    --pace) _leat_words "live fast" ;;
    --size) _leat_words "320x240 640x480 1280x720 1920x1080" ;;
    --rate | --record-rate) _leat_words "1 5 10 15 25 30 60" ;;
    --executor) _leat_words "inline threads processes" ;;
    --plot) _leat_files '*.svg' ;;
    --duration | --stats | --from | --to) _leat_words "500ms 10s 1m 1h" ;;
    --pixel-format) _leat_words "YUYV NV12 MJPG H264" ;;
    --record | --library | --model-file) _leat_files '*.leat' ;;
    --trace) _leat_files '*.json' ;;
    --import) _leat_files '*.csv' ;;
    --model | --parent | --update | --repeat) _leat_models ;;
    --name | --quality | --frames | --workers | --units | --rounds | --first | --last | --value | --export | \
        --labels | --epochs | --patience | --batch | --learning-rate | --seed) COMPREPLY=() ;;
    *) return 1 ;;
    esac
}

_leat() {
    local cur prev words cword leat verb options i
    local -a plain
    # The words as they are: a source such as rtsp://host is one of them.
    if declare -F _get_comp_words_by_ref >/dev/null; then
        _get_comp_words_by_ref -n : cur prev words cword
    else
        cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
        words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    fi
    leat=${words[0]}

    if [ "$cword" -eq 1 ]; then
        _leat_files '*.leat'
        COMPREPLY+=($(compgen -W "studio run sources list show export verify label train models predict cpu-test study jobs --help --version" -- "$cur"))
        return
    fi
    if _leat_value "$prev"; then
        ! declare -F __ltrim_colon_completions >/dev/null || __ltrim_colon_completions "$cur"
        return
    fi

    verb=${words[1]}
    case $verb in
    studio) options="--source --help" ;;
    run) options="--source --size --rate --pixel-format --filter --record --name --record-rate --codec
        --quality --duration --frames --concurrency --pace --model --model-file --stats --trace --json --progress --help" ;;
    sources | list | show | jobs) options="--json --help" ;;
    export) options="--from --to --by-label --json --progress --help" ;;
    label) options="--from --to --first --last --value --remove --import --export --json --help" ;;
    train) options="--name --labels --epochs --patience --batch --learning-rate --seed --executor --workers
        --parent --update --repeat --afresh --trace --json --progress --help" ;;
    models) options="--json --progress --help" ;;
    predict) options="--model --executor --workers --store --trace --json --progress --help" ;;
    verify) options="--json --progress --help" ;;
    cpu-test) options="--executor --workers --units --rounds --size --plot --trace --library --json
        --progress --help" ;;
    study) options="--duration --size --rate --units --rounds --equal-priority --no-governor --plot
        --trace --json --progress --help" ;;
    *) return ;;
    esac
    if [[ $cur == -* ]]; then
        _leat_words "$options"
        return
    fi

    # What stands before the cursor without a dash: the file, the recording, the target.
    plain=()
    for ((i = 2; i < cword; i++)); do
        case ${words[i]} in
        --from | --to | --first | --last | --value | --model | --executor | --workers) i=$((i + 1)) ;;
        -*) ;;
        *) plain+=("${words[i]}") ;;
        esac
    done
    case $verb:${#plain[@]} in
    studio:0 | jobs:0 | list:0 | show:0 | export:0 | verify:0 | label:0 | train:0 | models:0 | predict:0)
        _leat_files '*.leat'
        ;;
    show:1 | export:1 | label:1 | predict:1 | models:4) _leat_recordings "${plain[0]}" ;;
    export:2) _leat_files ;;
    models:1) _leat_words "remove diff" ;;
    models:2 | models:3) _leat_models ;;
    esac
}

complete -F _leat leat
