/*
 * The same done to real memory: what the benchmarks compare kshell's model with.
 *
 *     linux touch N            touches N fresh pages in sequence
 *     linux random BYTES N     touches N random pages of a fresh mapping, then asks mincore which are resident
 *     linux mappings N         makes N mappings that the kernel cannot merge, touches them, then waits
 *     linux processes N        makes N processes with 10 mappings each, then waits
 *
 * Prints a figure a line: its name and its value in seconds. What waits says `ready` and ends with its input.
 * All pages are small ones: a huge page would hide what a page costs.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, MAPPINGS_EACH = 10 };

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static char *map(size_t size, int protection)
{
    char *memory = mmap(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    return memory;
}

static char *map_small_pages(size_t size)
{
    char *memory = map(size, PROT_READ | PROT_WRITE);
    /* A kernel without huge pages refuses the advice, and needs none. */
    madvise(memory, size, MADV_NOHUGEPAGE);
    return memory;
}

static void wait_for_end_of_input(void)
{
    puts("ready");
    fflush(stdout);
    while (getchar() != EOF)
        ;
}

static void touch(size_t pages)
{
    char *memory = map_small_pages(pages * PAGE);
    double begin = now();
    for (size_t page = 0; page < pages; page++)
        memory[page * PAGE] = 1;
    printf("time %.9f\n", now() - begin);
}

static void touch_random(size_t size, size_t touches)
{
    char *memory = map_small_pages(size);
    size_t pages = size / PAGE;
    uint32_t *chosen = malloc(touches * sizeof *chosen);
    unsigned char *resident = malloc(pages);
    if (!chosen || !resident)
        fail("malloc");
    memset(resident, 0, pages);
    uint64_t state = 0x9E3779B97F4A7C15;
    for (size_t i = 0; i < touches; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        chosen[i] = state % pages;
    }
    double begin = now();
    for (size_t i = 0; i < touches; i++)
        memory[(size_t)chosen[i] * PAGE] = 1;
    printf("touch %.9f\n", (now() - begin) / touches);
    begin = now();
    if (mincore(memory, size, resident))
        fail("mincore");
    printf("res %.9f\n", now() - begin);
}

static void make_mappings(size_t count)
{
    char **made = malloc(count * sizeof *made);
    if (!made)
        fail("malloc");
    double begin = now();
    for (size_t i = 0; i < count; i++)
        made[i] = map(PAGE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE);
    printf("time %.9f\n", (now() - begin) / count);
    for (size_t i = 0; i < count; i += 2)
        made[i][0] = 1;
    wait_for_end_of_input();
}

static void make_processes(size_t count)
{
    pid_t *children = malloc(count * sizeof *children);
    if (!children)
        fail("malloc");
    size_t made = 0;
    while (made < count) {
        pid_t child = fork();
        if (child < 0)
            break;
        if (child == 0) {
            for (int i = 0; i < MAPPINGS_EACH; i++)
                map(PAGE, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE);
            for (;;)
                pause();
        }
        children[made++] = child;
    }
    wait_for_end_of_input();
    for (size_t i = 0; i < made; i++)
        kill(children[i], SIGKILL);
}

int main(int count, char **words)
{
    const char *what = count > 2 ? words[1] : "";
    size_t number = count > 2 ? strtoull(words[2], NULL, 10) : 0;
    if (!strcmp(what, "touch"))
        touch(number);
    else if (!strcmp(what, "random") && count > 3)
        touch_random(number, strtoull(words[3], NULL, 10));
    else if (!strcmp(what, "mappings"))
        make_mappings(number);
    else if (!strcmp(what, "processes"))
        make_processes(number);
    else
        return 2;
    return 0;
}
