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

// PLACE stores the place of the lowest bit of AX, if there is one, and takes it away.
#define PLACE(to) \
	TZCNTQ AX, BX  \
	ADDL   R8, BX  \
	MOVL   BX, to  \
	BLSRQ  AX, AX

// func places32(to *uint32, all *stops, n int, at uint32) (after *uint32)
TEXT ·places32(SB), NOSPLIT, $0-40
	MOVQ to+0(FP), DI
	MOVQ all+8(FP), SI
	MOVQ n+16(FP), CX
	MOVL at+24(FP), R8

group:
	MOVQ    8(SI), AX
	POPCNTQ AX, DX
	MOVQ    DI, R9
	LEAQ    (DI)(DX*4), DI

eight:
	PLACE(0(R9))
	PLACE(4(R9))
	PLACE(8(R9))
	PLACE(12(R9))
	PLACE(16(R9))
	PLACE(20(R9))
	PLACE(24(R9))
	PLACE(28(R9))
	ADDQ  $32, R9
	TESTQ AX, AX
	JNZ   eight

	ADDQ $24, SI
	ADDL $64, R8
	DECQ CX
	JNZ  group
	MOVQ DI, after+32(FP)
	RET
