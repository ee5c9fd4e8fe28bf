#! kshell
