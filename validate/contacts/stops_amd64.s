#include "textflag.h"

// ALIKE stores at `to` which octets of Y4 and Y5 are what Y`of` holds in each of its own.
#define ALIKE(of, to) \
	VPCMPEQB  of, Y4, Y6 \
	VPCMPEQB  of, Y5, Y7 \
	VPMOVMSKB Y6, R8     \
	VPMOVMSKB Y7, R9     \
	SHLQ      $32, R9    \
	ORQ       R9, R8     \
	MOVQ      R8, to

// func stops32(all *stops, b *byte, n int, delim byte)
TEXT ·stops32(SB), NOSPLIT, $0-25
	MOVQ         all+0(FP), DI
	MOVQ         b+8(FP), SI
	MOVQ         n+16(FP), CX
	MOVL         $'\n', AX
	VMOVD        AX, X1
	VPBROADCASTB X1, Y1
	VPBROADCASTB delim+24(FP), Y2
	MOVL         $'"', AX
	VMOVD        AX, X3
	VPBROADCASTB X3, Y3

next:
	VMOVDQU (SI), Y4
	VMOVDQU 32(SI), Y5
	ALIKE(Y1, 0(DI))
	ALIKE(Y2, 8(DI))
	ALIKE(Y3, 16(DI))
	ADDQ    $64, SI
	ADDQ    $24, DI
	DECQ    CX
	JNZ     next
	VZEROUPPER
	RET
