/* The process that holds a pod's namespaces, for x86-64 Linux without a C library. It ends on SIGINT and SIGTERM, reaps
 * orphans when the pod shares its process namespace, and otherwise sleeps. Built into pause.ts by:
 *   gcc -Os -static -nostdlib -fno-stack-protector -fno-asynchronous-unwind-tables -s \
 *       -Wl,--build-id=none -Wl,-z,noseparate-code -o pause pause.c && base64 -w 100 pause
 */
typedef unsigned long word;

enum { RT_SIGACTION = 13, RT_SIGRETURN = 15, PAUSE = 34, EXIT = 60, WAIT4 = 61 };
enum { SIGINT = 2, SIGTERM = 15, SIGCHLD = 17 };
enum { WNOHANG = 1, NOCLDSTOP = 1, RESTORER = 0x04000000 };

struct action {
  void (*handler)(int);
  word flags;
  void (*restorer)(void);
  word mask;
};

static long call(long number, long a, long b, long c, long d) {
  long result;
  register long fourth asm("r10") = d;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
               : "rcx", "r11", "memory");
  return result;
}

__attribute__((naked)) static void restore(void) {
  asm volatile("mov $15, %eax\n syscall");
}

static void end(int signal) {
  (void)signal;
  call(EXIT, 0, 0, 0, 0);
}

static void reap(int signal) {
  (void)signal;
  while (call(WAIT4, -1, 0, WNOHANG, 0) > 0) {
  }
}

static void on(int signal, void (*handler)(int), word flags) {
  struct action action = {handler, flags | RESTORER, restore, 0};
  call(RT_SIGACTION, signal, (long)&action, 0, sizeof action.mask);
}

__attribute__((force_align_arg_pointer)) void _start(void) {
  on(SIGINT, end, 0);
  on(SIGTERM, end, 0);
  on(SIGCHLD, reap, NOCLDSTOP);
  for (;;) call(PAUSE, 0, 0, 0, 0);
}
