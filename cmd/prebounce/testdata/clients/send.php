<?php
require '/usr/share/php/libphp-phpmailer/autoload.php';
$mail = new PHPMailer\PHPMailer\PHPMailer(true);
$mail->isSMTP();
$mail->Host = 'localhost';
$mail->Port = (int) getenv('PORT');
if (getenv('TLS') === 'implicit') {
    $mail->SMTPSecure = 'ssl';
}
if (getenv('LOGIN')) {
    $mail->SMTPAuth = true;
    $mail->Username = 'app';
    $mail->Password = 'secret';
}
$mail->setFrom('app@wellsent.test');
$mail->addAddress('ada@acme.test');
$mail->Subject = getenv('SUBJECT');
$mail->Body = 'hello';
$mail->send();
