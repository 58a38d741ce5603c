#if !defined(_WIN32) && !defined(_POSIX_C_SOURCE)
#define _POSIX_C_SOURCE 200809L
#endif
#if !defined(_FILE_OFFSET_BITS)
#define _FILE_OFFSET_BITS 64
#endif

#include "map_file.h"

#if defined(_WIN32)

#include <stdlib.h>
#include <windows.h>

static HANDLE open_wide(const char *path) {
    int count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, NULL, 0);
    wchar_t *wide = count > 0 ? malloc((size_t)count * sizeof *wide) : NULL;
    if (wide == NULL)
        return INVALID_HANDLE_VALUE;
    MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, path, -1, wide, count);
    HANDLE opened = CreateFileW(wide, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    free(wide);
    return opened;
}

static bg_status map_opened(HANDLE opened, bg_mapped_file *file) {
    LARGE_INTEGER size;
    if (!GetFileSizeEx(opened, &size))
        return BG_CANNOT_READ;
    if ((uint64_t)size.QuadPart > SIZE_MAX)
        return BG_TOO_LARGE;
    file->length = (size_t)size.QuadPart;
    if (file->length == 0)
        return BG_OK;
    HANDLE mapping = CreateFileMappingW(opened, NULL, PAGE_READONLY, 0, 0, NULL);
    if (mapping == NULL)
        return BG_CANNOT_READ;
    void *view = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
    CloseHandle(mapping);
    if (view == NULL)
        return BG_NO_MEMORY;
    file->bytes = file->handle = view;
    return BG_OK;
}

bg_status bg_map_file(const char *path, bg_mapped_file *file) {
    *file = (bg_mapped_file){0};
    HANDLE opened = open_wide(path);
    if (opened == INVALID_HANDLE_VALUE)
        return BG_CANNOT_READ;
    bg_status status = map_opened(opened, file);
    CloseHandle(opened);
    return status;
}

static void give_back(bg_mapped_file *file) { UnmapViewOfFile(file->handle); }

#elif defined(__unix__) || defined(__APPLE__)

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static bg_status map_opened(int opened, bg_mapped_file *file) {
    struct stat about;
    if (fstat(opened, &about) != 0 || !S_ISREG(about.st_mode) || about.st_size < 0)
        return BG_CANNOT_READ;
    uint64_t length = (uint64_t)about.st_size, most = SIZE_MAX;
    if (length > most)
        return BG_TOO_LARGE;
    if (length == 0)
        return BG_OK;
    void *bytes = mmap(NULL, (size_t)length, PROT_READ, MAP_PRIVATE, opened, 0);
    if (bytes == MAP_FAILED)
        return errno == ENOMEM ? BG_NO_MEMORY : BG_CANNOT_READ;
    *file = (bg_mapped_file){bytes, (size_t)length, bytes};
    return BG_OK;
}

/* Without O_NONBLOCK a named pipe would be waited for. */
bg_status bg_map_file(const char *path, bg_mapped_file *file) {
    *file = (bg_mapped_file){0};
    int opened = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (opened < 0)
        return BG_CANNOT_READ;
    bg_status status = map_opened(opened, file);
    close(opened);
    return status;
}

static void give_back(bg_mapped_file *file) { munmap(file->handle, file->length); }

#else

#include <stdio.h>
#include <stdlib.h>

static bg_status read_opened(FILE *opened, bg_mapped_file *file) {
    if (fseek(opened, 0, SEEK_END) != 0)
        return BG_CANNOT_READ;
    long length = ftell(opened);
    if (length < 0 || fseek(opened, 0, SEEK_SET) != 0)
        return BG_CANNOT_READ;
    if (length == 0)
        return BG_OK;
    uint8_t *memory = malloc((size_t)length + 64);
    if (memory == NULL)
        return BG_NO_MEMORY;
    uint8_t *bytes = memory + (64 - (uintptr_t)memory % 64);
    if (fread(bytes, 1, (size_t)length, opened) != (size_t)length) {
        free(memory);
        return BG_CANNOT_READ;
    }
    *file = (bg_mapped_file){bytes, (size_t)length, memory};
    return BG_OK;
}

bg_status bg_map_file(const char *path, bg_mapped_file *file) {
    *file = (bg_mapped_file){0};
    FILE *opened = fopen(path, "rb");
    if (opened == NULL)
        return BG_CANNOT_READ;
    bg_status status = read_opened(opened, file);
    fclose(opened);
    return status;
}

static void give_back(bg_mapped_file *file) { free(file->handle); }

#endif

void bg_unmap_file(bg_mapped_file *file) {
    if (file->handle != NULL)
        give_back(file);
    *file = (bg_mapped_file){0};
}
