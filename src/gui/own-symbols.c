/* SPDX-License-Identifier: MIT */
#include "gui/own-symbols.h"

#include "base/error.h"

#include <elf.h>
#include <link.h>
#include <string.h>

struct LeatOwnSymbols {
    GMappedFile *file;
    uintptr_t base;          /* what the loader adds to the file's addresses */
    uintptr_t start, end;    /* the code */
    const ElfW(Sym) * table; /* NULL: the program was stripped */
    size_t count;
    const char *names;
    size_t names_size;
};

/* The first object that the loader tells of is the program. */
static int take_program(struct dl_phdr_info *info, size_t size, void *data)
{
    LeatOwnSymbols *symbols = data;

    symbols->base = info->dlpi_addr;
    symbols->start = UINTPTR_MAX;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
        uintptr_t start = symbols->base + segment->p_vaddr;

        if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
            continue;
        symbols->start = MIN(symbols->start, start);
        symbols->end = MAX(symbols->end, start + segment->p_memsz);
    }
    return 1;
}

static bool lies_within(size_t size, uint64_t offset, uint64_t length)
{
    return offset <= size && length <= size - offset;
}

/* What linker and compiler have written is trusted, but a file may be cut short. */
static void find_table(LeatOwnSymbols *symbols)
{
    const char *bytes = g_mapped_file_get_contents(symbols->file);
    size_t size = g_mapped_file_get_length(symbols->file);
    const ElfW(Ehdr) *header = (const void *)bytes;
    const ElfW(Shdr) * sections;

    if (size < sizeof *header ||
        !lies_within(size, header->e_shoff, (uint64_t)header->e_shnum * sizeof *sections))
        return;
    sections = (const void *)(bytes + header->e_shoff);
    for (int i = 0; i < header->e_shnum; i++) {
        const ElfW(Shdr) *table = &sections[i], *names;

        if (table->sh_type != SHT_SYMTAB || table->sh_link >= header->e_shnum)
            continue;
        names = &sections[table->sh_link];
        if (!lies_within(size, table->sh_offset, table->sh_size) ||
            !lies_within(size, names->sh_offset, names->sh_size))
            continue;
        symbols->table = (const void *)(bytes + table->sh_offset);
        symbols->count = table->sh_size / sizeof *symbols->table;
        symbols->names = bytes + names->sh_offset;
        symbols->names_size = names->sh_size;
    }
}

LeatOwnSymbols *leat_own_symbols_new(GError **error)
{
    LeatOwnSymbols *symbols = g_new0(LeatOwnSymbols, 1);
    g_autoptr(GError) cause = NULL;

    dl_iterate_phdr(take_program, symbols);
    symbols->file = g_mapped_file_new("/proc/self/exe", FALSE, &cause);
    if (!symbols->file) {
        g_set_error(error, LEAT_ERROR, LEAT_ERROR_FAILED,
                    "cannot read the names of the program's functions: %s", cause->message);
        g_free(symbols);
        return NULL;
    }
    find_table(symbols);
    return symbols;
}

void leat_own_symbols_free(LeatOwnSymbols *symbols)
{
    if (!symbols)
        return;
    g_mapped_file_unref(symbols->file);
    g_free(symbols);
}

static const char *text_at(const LeatOwnSymbols *symbols, size_t offset)
{
    return offset < symbols->names_size ? symbols->names + offset : "?";
}

/* Static functions stand behind the name of their file. */
bool leat_own_symbols_find(const LeatOwnSymbols *symbols, const void *address,
                           LeatOwnSymbol *symbol)
{
    uintptr_t wanted = (uintptr_t)address;
    const char *file = NULL;

    if (wanted < symbols->start || wanted >= symbols->end)
        return false;
    *symbol = (LeatOwnSymbol){.start = wanted};
    for (size_t i = 0; i < symbols->count; i++) {
        const ElfW(Sym) *entry = &symbols->table[i];
        uintptr_t start = symbols->base + entry->st_value;

        if (ELF64_ST_TYPE(entry->st_info) == STT_FILE)
            file = text_at(symbols, entry->st_name);
        if (ELF64_ST_TYPE(entry->st_info) != STT_FUNC || wanted < start ||
            wanted >= start + entry->st_size)
            continue;
        symbol->start = start;
        symbol->name = text_at(symbols, entry->st_name);
        symbol->file = ELF64_ST_BIND(entry->st_info) == STB_LOCAL ? file : NULL;
        return true;
    }
    return true;
}
