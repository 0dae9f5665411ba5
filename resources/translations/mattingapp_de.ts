<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>Actions</name>
    <message>
        <source>{action} {step}</source>
        <translation>{action}: {step}</translation>
    </message>
    <message>
        <source> or </source>
        <translation> oder </translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;Trimap</source>
        <translation>&amp;Trimap</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>&amp;Rechnen</translation>
    </message>
    <message>
        <source>&amp;Window</source>
        <translation>&amp;Fenster</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Export alpha…</source>
        <translation>&amp;Alpha exportieren…</translation>
    </message>
    <message>
        <source>Export &amp;cut-out…</source>
        <translation>&amp;Freisteller exportieren…</translation>
    </message>
    <message>
        <source>Export co&amp;mposite…</source>
        <translation>&amp;Komposit exportieren…</translation>
    </message>
    <message>
        <source>Write the foreground on the backdrop</source>
        <translation>Den Vordergrund auf der Kulisse schreiben</translation>
    </message>
    <message>
        <source>Load &amp;ground truth…</source>
        <translation>&amp;Referenz laden…</translation>
    </message>
    <message>
        <source>Compare every alpha with the true one: errors in the titles, and an error map</source>
        <translation>Jedes Alpha mit dem wahren vergleichen: Fehler in den Titeln, dazu eine Fehlerkarte</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>&amp;Rückgängig</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>&amp;Wiederholen</translation>
    </message>
    <message>
        <source>&amp;Tool</source>
        <translation>Werk&amp;zeug</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>&amp;Pinsel</translation>
    </message>
    <message>
        <source>Paint the label in hand; the right button paints background</source>
        <translation>Das gewählte Etikett malen; die rechte Taste malt Hintergrund</translation>
    </message>
    <message>
        <source>&amp;Lasso</source>
        <translation>&amp;Lasso</translation>
    </message>
    <message>
        <source>Draw around what gets the label in hand</source>
        <translation>Umfahren, was das gewählte Etikett bekommt</translation>
    </message>
    <message>
        <source>&amp;Polygon</source>
        <translation>Pol&amp;ygon</translation>
    </message>
    <message>
        <source>Click the corners of what gets the label in hand; Enter or a double click fills it</source>
        <translation>Die Ecken dessen anklicken, was das gewählte Etikett bekommt; Eingabe oder Doppelklick füllt es</translation>
    </message>
    <message>
        <source>&amp;Fill</source>
        <translation>&amp;Füllen</translation>
    </message>
    <message>
        <source>Give the region or the colour under the pointer the label in hand</source>
        <translation>Dem Gebiet oder der Farbe unter dem Zeiger das gewählte Etikett geben</translation>
    </message>
    <message>
        <source>&amp;Touch up the alpha</source>
        <translation>Alpha &amp;retuschieren</translation>
    </message>
    <message>
        <source>Add to the alpha in use, or take from it, by hand; a new run keeps that. Shown as the view mode says</source>
        <translation>Vom gewählten Alpha von Hand etwas wegnehmen oder dazugeben; ein neuer Lauf behält das. Gezeigt wird es, wie die Ansicht es sagt</translation>
    </message>
    <message>
        <source>&amp;Label</source>
        <translation>&amp;Etikett</translation>
    </message>
    <message>
        <source>&amp;Foreground</source>
        <translation>&amp;Vordergrund</translation>
    </message>
    <message>
        <source>Paint what surely belongs to the subject</source>
        <translation>Malen, was sicher zum Motiv gehört</translation>
    </message>
    <message>
        <source>&amp;Background</source>
        <translation>&amp;Hintergrund</translation>
    </message>
    <message>
        <source>Paint what surely does not belong to the subject; the right button does so with every label</source>
        <translation>Malen, was sicher nicht zum Motiv gehört; die rechte Taste tut das mit jedem Etikett</translation>
    </message>
    <message>
        <source>&amp;Unknown</source>
        <translation>&amp;Unbekannt</translation>
    </message>
    <message>
        <source>Paint hair, fur and soft edges: the alpha is estimated there</source>
        <translation>Haare, Fell und weiche Ränder malen: Dort wird das Alpha geschätzt</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>&amp;Radierer</translation>
    </message>
    <message>
        <source>Brush everything back to unknown</source>
        <translation>Alles wieder zu Unbekannt machen</translation>
    </message>
    <message>
        <source>&amp;Swap</source>
        <translation>&amp;Tauschen</translation>
    </message>
    <message>
        <source>Take the label used before this one; with the touch-up brush, add or remove</source>
        <translation>Das zuvor benutzte Etikett nehmen; beim Retuschepinsel: dazugeben oder wegnehmen</translation>
    </message>
    <message>
        <source>&amp;Larger</source>
        <translation>&amp;Größer</translation>
    </message>
    <message>
        <source>Make the brush larger</source>
        <translation>Den Pinsel größer machen</translation>
    </message>
    <message>
        <source>&amp;Smaller</source>
        <translation>&amp;Kleiner</translation>
    </message>
    <message>
        <source>Make the brush smaller</source>
        <translation>Den Pinsel kleiner machen</translation>
    </message>
    <message>
        <source>&amp;Harder</source>
        <translation>&amp;Härter</translation>
    </message>
    <message>
        <source>Make the rim of the touch-up brush harder</source>
        <translation>Den Rand des Retuschepinsels härter machen</translation>
    </message>
    <message>
        <source>S&amp;ofter</source>
        <translation>&amp;Weicher</translation>
    </message>
    <message>
        <source>Make the rim of the touch-up brush softer</source>
        <translation>Den Rand des Retuschepinsels weicher machen</translation>
    </message>
    <message>
        <source>&amp;Pen pressure</source>
        <translation>&amp;Stiftdruck</translation>
    </message>
    <message>
        <source>The pressure of a pen scales the brush</source>
        <translation>Der Druck eines Stifts bestimmt die Größe des Pinsels</translation>
    </message>
    <message>
        <source>&amp;Protect definite pixels</source>
        <translation>&amp;Bestimmte Pixel schützen</translation>
    </message>
    <message>
        <source>Painting changes unknown pixels only; what is foreground or background stays so</source>
        <translation>Malen ändert nur unbekannte Pixel; was Vorder- oder Hintergrund ist, bleibt es</translation>
    </message>
    <message>
        <source>Write the alpha as grey PNG or TIFF of 8 or 16 bits</source>
        <translation>Das Alpha als graues PNG oder TIFF mit 8 oder 16 Bit schreiben</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>&amp;Öffnen…</translation>
    </message>
    <message>
        <source>Open a photo or a project</source>
        <translation>Ein Foto oder ein Projekt öffnen</translation>
    </message>
    <message>
        <source>&amp;Save project</source>
        <translation>Projekt &amp;speichern</translation>
    </message>
    <message>
        <source>Write the trimap, the touch-up, the settings and the results to one file, to go on later</source>
        <translation>Trimap, Retusche, Einstellungen und Ergebnisse in eine Datei schreiben, um später weiterzumachen</translation>
    </message>
    <message>
        <source>Save project &amp;as…</source>
        <translation>Projekt speichern &amp;unter…</translation>
    </message>
    <message>
        <source>Write the project to another file</source>
        <translation>Das Projekt in eine andere Datei schreiben</translation>
    </message>
    <message>
        <source>Write the foreground with its transparency, its colours as they are (straight)</source>
        <translation>Den Vordergrund mit seiner Transparenz schreiben, die Farben wie sie sind (straight)</translation>
    </message>
    <message>
        <source>Export &amp;premultiplied cut-out…</source>
        <translation>&amp;Vormultiplizierten Freisteller exportieren…</translation>
    </message>
    <message>
        <source>Write the foreground with its transparency, its colours multiplied by it, as compositing programs want it</source>
        <translation>Den Vordergrund mit seiner Transparenz schreiben, die Farben damit multipliziert (premultiplied), wie es Compositing-Programme wollen</translation>
    </message>
    <message>
        <source>&amp;Copy cut-out</source>
        <translation>&amp;Freisteller kopieren</translation>
    </message>
    <message>
        <source>Put the foreground on the clipboard, with its transparency</source>
        <translation>Den Vordergrund mit seiner Transparenz in die Zwischenablage legen</translation>
    </message>
    <message>
        <source>Copy &amp;alpha</source>
        <translation>&amp;Alpha kopieren</translation>
    </message>
    <message>
        <source>Put the alpha on the clipboard, as a grey picture</source>
        <translation>Das Alpha als graues Bild in die Zwischenablage legen</translation>
    </message>
    <message>
        <source>Pa&amp;ste as photo</source>
        <translation>Als F&amp;oto einfügen</translation>
    </message>
    <message>
        <source>Open the picture on the clipboard</source>
        <translation>Das Bild in der Zwischenablage öffnen</translation>
    </message>
    <message>
        <source>Cl&amp;ear touch-up</source>
        <translation>Retusche &amp;verwerfen</translation>
    </message>
    <message>
        <source>Show the alpha as it was computed</source>
        <translation>Das Alpha zeigen, wie es berechnet wurde</translation>
    </message>
    <message>
        <source>&amp;Import trimap…</source>
        <translation>Trimap &amp;importieren…</translation>
    </message>
    <message>
        <source>Replace the trimap by one from a file</source>
        <translation>Die Trimap durch eine aus einer Datei ersetzen</translation>
    </message>
    <message>
        <source>&amp;Save trimap…</source>
        <translation>Trimap &amp;speichern…</translation>
    </message>
    <message>
        <source>Write the trimap as PNG</source>
        <translation>Die Trimap als PNG schreiben</translation>
    </message>
    <message>
        <source>Make unknown &amp;band…</source>
        <translation>Unbekanntes &amp;Band machen…</translation>
    </message>
    <message>
        <source>Make the trimap from a rough mask, an alpha, or what is painted so far</source>
        <translation>Die Trimap aus einer groben Maske, einem Alpha oder dem bisher Gemalten machen</translation>
    </message>
    <message>
        <source>&amp;Clear to unknown</source>
        <translation>&amp;Alles unbekannt</translation>
    </message>
    <message>
        <source>Make everything unknown</source>
        <translation>Alles zu Unbekannt machen</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>&amp;Einpassen</translation>
    </message>
    <message>
        <source>Show the whole photo</source>
        <translation>Das ganze Foto zeigen</translation>
    </message>
    <message>
        <source>&amp;100 %</source>
        <translation>&amp;100 %</translation>
    </message>
    <message>
        <source>One pixel of the photo for each of the screen</source>
        <translation>Ein Pixel des Fotos für jedes des Bildschirms</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>Ver&amp;größern</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>Ver&amp;kleinern</translation>
    </message>
    <message>
        <source>Show &amp;trimap over the photo</source>
        <translation>&amp;Trimap über dem Foto zeigen</translation>
    </message>
    <message>
        <source>Show or hide the trimap over the photo</source>
        <translation>Die Trimap über dem Foto zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Hold for the &amp;photo</source>
        <translation>&amp;Foto, solange gedrückt</translation>
    </message>
    <message>
        <source>See nothing but the photo while the key is held</source>
        <translation>Nur das Foto sehen, solange die Taste gedrückt ist</translation>
    </message>
    <message>
        <source>Show &amp;alpha</source>
        <translation>&amp;Alpha zeigen</translation>
    </message>
    <message>
        <source>As &amp;grey</source>
        <translation>Als &amp;Grau</translation>
    </message>
    <message>
        <source>Show alphas as grey: white is foreground</source>
        <translation>Alphas grau zeigen: Weiß ist Vordergrund</translation>
    </message>
    <message>
        <source>As a red &amp;veil</source>
        <translation>Als roten &amp;Schleier</translation>
    </message>
    <message>
        <source>Show alphas as a red veil over the photo</source>
        <translation>Alphas als roten Schleier über dem Foto zeigen</translation>
    </message>
    <message>
        <source>On blac&amp;k</source>
        <translation>Auf S&amp;chwarz</translation>
    </message>
    <message>
        <source>Show the foreground on black</source>
        <translation>Den Vordergrund auf Schwarz zeigen</translation>
    </message>
    <message>
        <source>On &amp;white</source>
        <translation>Auf &amp;Weiß</translation>
    </message>
    <message>
        <source>Show the foreground on white</source>
        <translation>Den Vordergrund auf Weiß zeigen</translation>
    </message>
    <message>
        <source>On a c&amp;hecker</source>
        <translation>Auf Schach&amp;brett</translation>
    </message>
    <message>
        <source>Show the foreground on a checker</source>
        <translation>Den Vordergrund auf einem Schachbrett zeigen</translation>
    </message>
    <message>
        <source>On the back&amp;drop</source>
        <translation>Auf der &amp;Kulisse</translation>
    </message>
    <message>
        <source>Show the foreground on the backdrop</source>
        <translation>Den Vordergrund auf der Kulisse zeigen</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Nächste</translation>
    </message>
    <message>
        <source>&amp;Compare with a wipe</source>
        <translation>Mit Wischblende &amp;vergleichen</translation>
    </message>
    <message>
        <source>Two pictures with a line between them that can be dragged; again for the panes</source>
        <translation>Zwei Bilder mit einer verschiebbaren Linie dazwischen; noch einmal für die Felder</translation>
    </message>
    <message>
        <source>S&amp;wap the compared pictures</source>
        <translation>Verglichene &amp;Bilder tauschen</translation>
    </message>
    <message>
        <source>Let the two pictures that are compared change places</source>
        <translation>Die beiden verglichenen Bilder die Plätze tauschen lassen</translation>
    </message>
    <message>
        <source>&amp;Difference of two alphas</source>
        <translation>&amp;Differenz zweier Alphas</translation>
    </message>
    <message>
        <source>Where one alpha is above another, and where below</source>
        <translation>Wo ein Alpha über einem anderen liegt, und wo darunter</translation>
    </message>
    <message>
        <source>&amp;Error against the ground truth</source>
        <translation>Feh&amp;ler gegen die Referenz</translation>
    </message>
    <message>
        <source>Where the alpha is too opaque, and where too transparent</source>
        <translation>Wo das Alpha zu deckend ist, und wo zu durchsichtig</translation>
    </message>
    <message>
        <source>Trimap colo&amp;urs</source>
        <translation>Trimap-Fa&amp;rben</translation>
    </message>
    <message>
        <source>Stop the run, the search for the subject, or the opening of a file</source>
        <translation>Den Lauf, die Suche nach dem Motiv oder das Öffnen einer Datei beenden</translation>
    </message>
    <message>
        <source>Composite and export the alpha of the method chosen</source>
        <translation>Das Alpha des gewählten Verfahrens ins Komposit und in den Export nehmen</translation>
    </message>
    <message>
        <source>&amp;Blue and orange</source>
        <translation>&amp;Blau und Orange</translation>
    </message>
    <message>
        <source>&amp;Subject</source>
        <translation>&amp;Motiv</translation>
    </message>
    <message>
        <source>Find the subject: drag a rectangle around it or click on it, then mark what is missing, and with the right button what is too much</source>
        <translation>Das Motiv finden: ein Rechteck darum ziehen oder darauf klicken, dann markieren, was fehlt, und mit der rechten Taste, was zu viel ist</translation>
    </message>
    <message>
        <source>&amp;Find the subject</source>
        <translation>Das Motiv &amp;finden</translation>
    </message>
    <message>
        <source>Find the subject by what is painted so far; with nothing painted, by a guess that marks can mend</source>
        <translation>Das Motiv nach dem bisher Gemalten finden; ist nichts gemalt, durch eine Vermutung, die Markierungen berichtigen</translation>
    </message>
    <message>
        <source>Told apart with every common colour blindness</source>
        <translation>Bei jeder häufigen Farbenblindheit zu unterscheiden</translation>
    </message>
    <message>
        <source>&amp;Green and red</source>
        <translation>&amp;Grün und Rot</translation>
    </message>
    <message>
        <source>As most matting tools have it</source>
        <translation>Wie in den meisten Programmen</translation>
    </message>
    <message>
        <source>&amp;White and black</source>
        <translation>&amp;Weiß und Schwarz</translation>
    </message>
    <message>
        <source>For photos as colourful as the other two</source>
        <translation>Für Fotos, so bunt wie die anderen beiden</translation>
    </message>
    <message>
        <source>&amp;Stronger</source>
        <translation>&amp;Stärker</translation>
    </message>
    <message>
        <source>Cover more of the photo</source>
        <translation>Mehr vom Foto abdecken</translation>
    </message>
    <message>
        <source>&amp;Fainter</source>
        <translation>S&amp;chwächer</translation>
    </message>
    <message>
        <source>Cover less of the photo</source>
        <translation>Weniger vom Foto abdecken</translation>
    </message>
    <message>
        <source>&amp;Backdrop</source>
        <translation>K&amp;ulisse</translation>
    </message>
    <message>
        <source>&amp;Colour…</source>
        <translation>&amp;Farbe…</translation>
    </message>
    <message>
        <source>Lay the composite on a colour</source>
        <translation>Das Komposit auf eine Farbe legen</translation>
    </message>
    <message>
        <source>&amp;Image…</source>
        <translation>&amp;Bild…</translation>
    </message>
    <message>
        <source>Lay the composite on an image</source>
        <translation>Das Komposit auf ein Bild legen</translation>
    </message>
    <message>
        <source>&amp;Gradient</source>
        <translation>&amp;Verlauf</translation>
    </message>
    <message>
        <source>Lay the composite on a gradient</source>
        <translation>Das Komposit auf einen Verlauf legen</translation>
    </message>
    <message>
        <source>&amp;Blurred photo</source>
        <translation>&amp;Unscharfes Foto</translation>
    </message>
    <message>
        <source>Lay the composite on the photo&apos;s own background, out of focus</source>
        <translation>Das Komposit auf den unscharfen Hintergrund des Fotos selbst legen</translation>
    </message>
    <message>
        <source>&amp;Transparent</source>
        <translation>&amp;Transparent</translation>
    </message>
    <message>
        <source>Show a checker where the composite is transparent</source>
        <translation>Ein Schachbrett zeigen, wo das Komposit durchsichtig ist</translation>
    </message>
    <message>
        <source>Sample: meadow</source>
        <translation>Beispiel: Wiese</translation>
    </message>
    <message>
        <source>Sample: city</source>
        <translation>Beispiel: Stadt</translation>
    </message>
    <message>
        <source>Sample: studio</source>
        <translation>Beispiel: Studio</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>Ers&amp;cheinungsbild</translation>
    </message>
    <message>
        <source>&amp;System</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>English</source>
        <translation>English</translation>
    </message>
    <message>
        <source>Deutsch</source>
        <translation>Deutsch</translation>
    </message>
    <message>
        <source>Estimate the alpha where the trimap is unknown</source>
        <translation>Das Alpha schätzen, wo die Trimap unbekannt ist</translation>
    </message>
    <message>
        <source>&amp;Cancel the run</source>
        <translation>Lauf &amp;abbrechen</translation>
    </message>
    <message>
        <source>Run after each &amp;stroke</source>
        <translation>Nach jedem &amp;Strich rechnen</translation>
    </message>
    <message>
        <source>Run as soon as a stroke has ended; the latest trimap wins</source>
        <translation>Rechnen, sobald ein Strich zu Ende ist; die neueste Trimap gilt</translation>
    </message>
    <message>
        <source>Use the &amp;fused alpha</source>
        <translation>Das &amp;verschmolzene Alpha nehmen</translation>
    </message>
    <message>
        <source>&amp;Layout</source>
        <translation>Auf&amp;teilung</translation>
    </message>
    <message>
        <source>&amp;Focus</source>
        <translation>&amp;Fokus</translation>
    </message>
    <message>
        <source>The canvas large, all alphas and the composite in a strip beside it</source>
        <translation>Die Leinwand groß, alle Alphas und die Montage in einem Streifen daneben</translation>
    </message>
    <message>
        <source>&amp;Compare</source>
        <translation>&amp;Vergleich</translation>
    </message>
    <message>
        <source>Canvas, alphas and composite side by side, all alike</source>
        <translation>Leinwand, Alphas und Montage nebeneinander, alle gleich groß</translation>
    </message>
    <message>
        <source>&amp;Deliver</source>
        <translation>&amp;Ergebnis</translation>
    </message>
    <message>
        <source>The composite large, the alphas above it</source>
        <translation>Die Montage groß, die Alphas darüber</translation>
    </message>
    <message>
        <source>&amp;Enlarge one pane</source>
        <translation>Ein Feld ver&amp;größern</translation>
    </message>
    <message>
        <source>Show one pane large, or all again</source>
        <translation>Ein Feld groß zeigen, oder wieder alle</translation>
    </message>
    <message>
        <source>&amp;Parameters</source>
        <translation>&amp;Parameter</translation>
    </message>
    <message>
        <source>The parameters of every stage of the method</source>
        <translation>Die Parameter jeder Stufe des Verfahrens</translation>
    </message>
    <message>
        <source>Colours, and place and size of the image behind the foreground</source>
        <translation>Farben, und Platz und Größe des Bilds hinter dem Vordergrund</translation>
    </message>
    <message>
        <source>&amp;Viewer and histogram</source>
        <translation>&amp;Betrachter und Histogramm</translation>
    </message>
    <message>
        <source>Gain and gamma that find holes and haze, and how often each alpha occurs</source>
        <translation>Verstärkung und Gamma, die Löcher und Dunst finden, und wie oft jedes Alpha vorkommt</translation>
    </message>
    <message>
        <source>&amp;History</source>
        <translation>&amp;Schritte</translation>
    </message>
    <message>
        <source>All steps, to go back and forth between</source>
        <translation>Alle Schritte, zum Vor- und Zurückgehen</translation>
    </message>
    <message>
        <source>&amp;Network responses</source>
        <translation>&amp;Antworten des Netzes</translation>
    </message>
    <message>
        <source>What each layer of the network makes of the place under the pointer</source>
        <translation>Was jede Schicht des Netzes aus der Stelle unter dem Zeiger macht</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>V&amp;ollbild</translation>
    </message>
    <message>
        <source>&amp;Guided first matte</source>
        <translation>&amp;Geführt zur ersten Matte</translation>
    </message>
    <message>
        <source>From a sample photo to its cut-out, step by step</source>
        <translation>Von einem Beispielfoto zu seinem Freisteller, Schritt für Schritt</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Change shortcuts…</source>
        <translation>Tastenkürzel än&amp;dern…</translation>
    </message>
    <message>
        <source>Give actions other keys</source>
        <translation>Aktionen andere Tasten geben</translation>
    </message>
    <message>
        <source>&amp;About</source>
        <translation>Ü&amp;ber</translation>
    </message>
</context>
<context>
    <name>Backdrop</name>
    <message>
        <source>Transparent</source>
        <translation>Transparent</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Blurred photo</source>
        <translation>Unscharfes Foto</translation>
    </message>
    <message>
        <source>a gradient</source>
        <translation>einem Verlauf</translation>
    </message>
    <message>
        <source>the blurred photo</source>
        <translation>dem unscharfen Foto</translation>
    </message>
    <message>
        <source>Place backdrop</source>
        <translation>Kulisse platzieren</translation>
    </message>
    <message>
        <source>Adjust backdrop</source>
        <translation>Kulisse anpassen</translation>
    </message>
    <message>
        <source>Backdrop: {kind}</source>
        <translation>Kulisse: {kind}</translation>
    </message>
</context>
<context>
    <name>BackdropPanel</name>
    <message>
        <source>Backdrop</source>
        <translation>Kulisse</translation>
    </message>
    <message>
        <source>Colour of the backdrop</source>
        <translation>Farbe der Kulisse</translation>
    </message>
    <message>
        <source>First colour of the gradient</source>
        <translation>Erste Farbe des Verlaufs</translation>
    </message>
    <message>
        <source>Second colour of the gradient</source>
        <translation>Zweite Farbe des Verlaufs</translation>
    </message>
    <message>
        <source>Angle of the gradient</source>
        <translation>Winkel des Verlaufs</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Wählen…</translation>
    </message>
    <message>
        <source>Size of the image</source>
        <translation>Größe des Bilds</translation>
    </message>
    <message>
        <source>How far the image is moved to the right</source>
        <translation>Wie weit das Bild nach rechts verschoben ist</translation>
    </message>
    <message>
        <source>How far the image is moved down</source>
        <translation>Wie weit das Bild nach unten verschoben ist</translation>
    </message>
    <message>
        <source>Centre</source>
        <translation>Zentrieren</translation>
    </message>
    <message>
        <source>Cover the photo again, from its centre</source>
        <translation>Das Foto wieder von der Mitte aus bedecken</translation>
    </message>
    <message>
        <source>Blur, of the shorter side of the photo</source>
        <translation>Unschärfe, als Anteil der kürzeren Seite des Fotos</translation>
    </message>
    <message>
        <source>In the composite, Alt and the mouse move the image, Alt and the wheel scale it.</source>
        <translation>Im Komposit verschieben Alt und Maus das Bild, Alt und Rad ändern seine Größe.</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>Farbe</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>To</source>
        <translation>Bis</translation>
    </message>
    <message>
        <source>Angle</source>
        <translation>Winkel</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>Rechts</translation>
    </message>
    <message>
        <source>Down</source>
        <translation>Unten</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>Unschärfe</translation>
    </message>
</context>
<context>
    <name>BandPanel</name>
    <message>
        <source>Make the band from</source>
        <translation>Das Band machen aus</translation>
    </message>
    <message>
        <source>The subject found</source>
        <translation>Das gefundene Motiv</translation>
    </message>
    <message>
        <source>What is painted so far</source>
        <translation>Dem bisher Gemalten</translation>
    </message>
    <message>
        <source>The transparency of the photo</source>
        <translation>Der Transparenz des Fotos</translation>
    </message>
    <message>
        <source>The alpha in use</source>
        <translation>Dem gewählten Alpha</translation>
    </message>
    <message>
        <source>A rough mask from a file…</source>
        <translation>Einer groben Maske aus einer Datei…</translation>
    </message>
    <message>
        <source>An alpha or cut-out from a file…</source>
        <translation>Einem Alpha oder Freisteller aus einer Datei…</translation>
    </message>
    <message>
        <source>Into the foreground</source>
        <translation>In den Vordergrund</translation>
    </message>
    <message>
        <source>Into the background</source>
        <translation>In den Hintergrund</translation>
    </message>
    <message>
        <source>Make trimap</source>
        <translation>Trimap machen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Unknown band</source>
        <translation>Unbekanntes Band</translation>
    </message>
    <message>
        <source>From</source>
        <translation>Von</translation>
    </message>
    <message>
        <source>Make unknown band</source>
        <translation>Unbekanntes Band machen</translation>
    </message>
    <message>
        <source>Choose where the band comes from: paint, find the subject, or open a file.</source>
        <translation>Woraus soll das Band entstehen? Malen, das Motiv finden oder eine Datei öffnen.</translation>
    </message>
    <message>
        <source>Something missing: mark it. Too much: mark that with the right button.</source>
        <translation>Fehlt etwas: markieren. Ist etwas zu viel: mit der rechten Taste markieren.</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Wird vermessen…</translation>
    </message>
    <message>
        <source>Hair, fur and soft edges should lie in the unknown band.</source>
        <translation>Haare, Fell und weiche Ränder sollen im unbekannten Band liegen.</translation>
    </message>
</context>
<context>
    <name>Canvas</name>
    <message>
        <source>Canvas: photo and trimap</source>
        <translation>Leinwand: Foto und Trimap</translation>
    </message>
    <message>
        <source>Finding the subject… {percent} %  ·  Esc stops</source>
        <translation>Das Motiv wird gesucht… {percent} %  ·  Esc hält an</translation>
    </message>
    <message>
        <source>Drag a rectangle around the subject, or click on it (R).</source>
        <translation>Ein Rechteck um das Motiv ziehen oder darauf klicken (R).</translation>
    </message>
    <message>
        <source>{label} fill</source>
        <translation>Füllen: {label}</translation>
    </message>
    <message>
        <source>{size} px</source>
        <translation>{size} px</translation>
    </message>
</context>
<context>
    <name>CheatSheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
</context>
<context>
    <name>Chip</name>
    <message>
        <source>The viewer&apos;s gain and gamma are on: press to show the alpha as it is</source>
        <translation>Verstärkung und Gamma des Betrachters wirken: drücken, um das Alpha zu zeigen, wie es ist</translation>
    </message>
</context>
<context>
    <name>ComparePane</name>
    <message>
        <source>First picture</source>
        <translation>Erstes Bild</translation>
    </message>
    <message>
        <source>Second picture</source>
        <translation>Zweites Bild</translation>
    </message>
    <message>
        <source>How they are compared</source>
        <translation>Wie verglichen wird</translation>
    </message>
    <message>
        <source>Wipe</source>
        <translation>Wischblende</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Differenz</translation>
    </message>
    <message>
        <source>Swap the two pictures</source>
        <translation>Die beiden Bilder tauschen</translation>
    </message>
    <message>
        <source>Back to the panes</source>
        <translation>Zurück zu den Feldern</translation>
    </message>
    <message>
        <source>Gain of the difference</source>
        <translation>Verstärkung der Differenz</translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation>Vergleich</translation>
    </message>
    <message>
        <source>Run first: there is nothing to compare yet</source>
        <translation>Erst rechnen: Noch gibt es nichts zu vergleichen</translation>
    </message>
    <message>
        <source>first above second</source>
        <translation>erstes über zweitem</translation>
    </message>
    <message>
        <source>first below second</source>
        <translation>erstes unter zweitem</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>&apos;{text}&apos; is not a colour; write one as #rrggbb, as in #3060a0.</source>
        <translation>&apos;{text}&apos; ist keine Farbe; eine Farbe als #rrggbb schreiben, wie #3060a0.</translation>
    </message>
    <message>
        <source>The backdrop {backdrop} must be one colour or an image like the photo {photo}.</source>
        <translation>Die Kulisse {backdrop} muss eine Farbe sein oder ein Bild wie das Foto {photo}.</translation>
    </message>
    <message>
        <source>There is no file &apos;{path}&apos;; check its name.</source>
        <translation>Es gibt keine Datei &apos;{path}&apos;; den Namen prüfen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; must end in {suffixes}; rename it.</source>
        <translation>&apos;{path}&apos; muss auf {suffixes} enden; umbenennen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a folder; name a file in it.</source>
        <translation>&apos;{path}&apos; ist ein Ordner; eine Datei darin nennen.</translation>
    </message>
    <message>
        <source>There is no folder &apos;{folder}&apos;; create it or choose another.</source>
        <translation>Es gibt keinen Ordner &apos;{folder}&apos;; ihn anlegen oder einen anderen wählen.</translation>
    </message>
    <message>
        <source>The folder &apos;{folder}&apos; cannot be written to; choose another.</source>
        <translation>In den Ordner &apos;{folder}&apos; kann nicht geschrieben werden; einen anderen wählen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; could not be written ({strerror}); choose another place.</source>
        <translation>&apos;{path}&apos; konnte nicht geschrieben werden ({strerror}); einen anderen Ort wählen.</translation>
    </message>
    <message>
        <source>Images are written with 8 or 16 bits a channel, not {bits}.</source>
        <translation>Bilder werden mit 8 oder 16 Bit je Kanal geschrieben, nicht mit {bits}.</translation>
    </message>
    <message>
        <source>The image has no pixels; give one of at least 1 × 1.</source>
        <translation>Das Bild hat keine Pixel; eines von mindestens 1 × 1 geben.</translation>
    </message>
    <message>
        <source>Pixels of type {dtype} have no known range; give uint8, uint16 or floats in [0, 1].</source>
        <translation>Pixel vom Typ {dtype} haben keinen bekannten Wertebereich; uint8, uint16 oder Gleitkommazahlen in [0, 1] geben.</translation>
    </message>
    <message>
        <source>Pixels given as floats must lie in [0, 1] and be finite; scale them first.</source>
        <translation>Pixel als Gleitkommazahlen müssen endlich sein und in [0, 1] liegen; erst skalieren.</translation>
    </message>
    <message>
        <source>An image must have the shape (height, width, 3), not {shape}; give it as RGB or grey.</source>
        <translation>Ein Bild muss die Form (Höhe, Breite, 3) haben, nicht {shape}; als RGB oder Grau geben.</translation>
    </message>
    <message>
        <source>Nothing is marked as unknown: paint the edge of the foreground, hair and all, as unknown.</source>
        <translation>Nichts ist unbekannt: den Rand des Vordergrunds mitsamt den Haaren als unbekannt malen.</translation>
    </message>
    <message>
        <source>The trimap has values other than 0, 128 and 255: snap it to these three.</source>
        <translation>Die Trimap hat andere Werte als 0, 128 und 255: auf diese drei runden.</translation>
    </message>
    <message>
        <source>The trimap has no {name}: mark some pixels that surely belong to it.</source>
        <translation>Die Trimap hat keinen {name}: einige Pixel malen, die sicher dazu gehören.</translation>
    </message>
    <message>
        <source>A trimap must have the shape (height, width), not {shape}; give one channel.</source>
        <translation>Eine Trimap muss die Form (Höhe, Breite) haben, nicht {shape}; einen Kanal geben.</translation>
    </message>
    <message>
        <source>The alpha</source>
        <translation>Das Alpha</translation>
    </message>
    <message>
        <source>The colour profile of &apos;{name}&apos; is damaged or of an unusual kind: its colours count as sRGB.</source>
        <translation>Das Farbprofil von „{name}“ ist beschädigt oder von ungewöhnlicher Art: Die Farben gelten als sRGB.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has {width} × {height} pixels, more than {limit}: scale it down, or set {setting} to allow more.</source>
        <translation>„{name}“ hat {width} × {height} Pixel, mehr als {limit}: bitte verkleinern oder mit {setting} mehr erlauben.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds numbers of type {dtype}; save it with 8 or 16 bits a channel, or as floats.</source>
        <translation>„{name}“ enthält Zahlen vom Typ {dtype}; bitte mit 8 oder 16 Bit je Kanal oder als Gleitkommazahlen speichern.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is write-protected; choose another name.</source>
        <translation>&apos;{path}&apos; ist schreibgeschützt; einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a device or a pipe and no file; choose another name.</source>
        <translation>&apos;{path}&apos; ist ein Gerät oder eine Pipe und keine Datei; einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>A file cannot be called &apos;{path}&apos;; choose another name.</source>
        <translation>Eine Datei kann nicht &apos;{path}&apos; heißen; einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is not an image this program can read; use JPEG, PNG, TIFF, WebP or another common format.</source>
        <translation>„{name}“ ist kein Bild, das dieses Programm lesen kann; bitte JPEG, PNG, TIFF, WebP oder ein anderes gängiges Format verwenden.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is {format}, which is not read here; save it as PNG or TIFF first.</source>
        <translation>„{name}“ ist {format}, was hier nicht gelesen wird; bitte zuerst als PNG oder TIFF speichern.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is {format}, which needs an extra: pip install &apos;mattingapp[{extra}]&apos;, or save it as TIFF.</source>
        <translation>„{name}“ ist {format}, wofür ein Zusatz nötig ist: pip install &apos;mattingapp[{extra}]&apos;, oder bitte als TIFF speichern.</translation>
    </message>
    <message>
        <source>There is nothing to trim to: the alpha is transparent everywhere.</source>
        <translation>Es gibt nichts, worauf beschnitten werden könnte: Das Alpha ist überall durchsichtig.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is a pipe, a socket or a device; name an ordinary file.</source>
        <translation>„{path}“ ist eine Pipe, ein Socket oder ein Gerät; bitte eine gewöhnliche Datei angeben.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; could not be read ({reason}); check its name and its permissions.</source>
        <translation>„{path}“ konnte nicht gelesen werden ({reason}); bitte Namen und Zugriffsrechte prüfen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; cannot be the name of a file; check it.</source>
        <translation>„{path}“ kann kein Dateiname sein; bitte prüfen.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; needs more memory than there is; close other programs, or use a smaller one.</source>
        <translation>„{name}“ braucht mehr Speicher, als vorhanden ist; bitte andere Programme schließen oder eine kleinere Datei nehmen.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds the values {least} to {most} only: save it with 0 for background, 128 for unknown and 255 for foreground.</source>
        <translation>„{name}“ enthält nur die Werte {least} bis {most}: bitte mit 0 für Hintergrund, 128 für unbekannt und 255 für Vordergrund speichern.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; can have {longest} pixels a side at most, and the photo {width} × {height}: choose PNG or TIFF.</source>
        <translation>„{path}“ kann höchstens {longest} Pixel je Seite haben, das Foto hat {width} × {height}: bitte PNG oder TIFF wählen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; can have 8 bits a channel only: choose PNG or TIFF for 16.</source>
        <translation>„{path}“ kann nur 8 Bit je Kanal haben: bitte für 16 PNG oder TIFF wählen.</translation>
    </message>
    <message>
        <source>The true alpha</source>
        <translation>Das wahre Alpha</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has colours below 0 or above 1: they were cut.</source>
        <translation>„{name}“ hat Farben unter 0 oder über 1: Sie wurden abgeschnitten.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has deep pixels; flatten it and save it again.</source>
        <translation>„{name}“ hat Pixel mit mehreren Tiefen; bitte zusammenfassen und neu speichern.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds several pictures; the first one is used.</source>
        <translation>„{name}“ enthält mehrere Bilder; das erste wird verwendet.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is a TIFF file of colours that are not read here (kind {kind}); save it as RGB.</source>
        <translation>„{name}“ ist eine TIFF-Datei mit Farben, die hier nicht gelesen werden (Art {kind}); bitte als RGB speichern.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; is a TIFF file compressed with {method}, which is not read here; save it with LZW or deflate.</source>
        <translation>„{name}“ ist eine mit {method} komprimierte TIFF-Datei, die hier nicht gelesen wird; bitte mit LZW oder Deflate speichern.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; has {bits} bits a channel; save it with 8, 16 or 32 bits.</source>
        <translation>„{name}“ hat {bits} Bit je Kanal; bitte mit 8, 16 oder 32 Bit speichern.</translation>
    </message>
    <message>
        <source>&apos;{name}&apos; holds {count} pictures; number {number}, the largest, is used.</source>
        <translation>„{name}“ enthält {count} Bilder; Nummer {number}, das größte, wird verwendet.</translation>
    </message>
    <message>
        <source>{what} is {columns} × {rows} pixels but the photo is {width} × {height} pixels: use one of its size.</source>
        <translation>{what} hat {columns} × {rows} Pixel, aber das Foto hat {width} × {height} Pixel: bitte eine Datei dieser Größe verwenden.</translation>
    </message>
    <message>
        <source>{what} has the shape {shape} but the photo is {width} × {height} pixels: give one channel of its size.</source>
        <translation>{what} hat die Form {shape}, aber das Foto hat {width} × {height} Pixel: bitte einen Kanal dieser Größe angeben.</translation>
    </message>
    <message>
        <source>The mask has no foreground: its pixels must be lighter than mid-grey there.</source>
        <translation>Die Maske hat keinen Vordergrund: Dort müssen ihre Pixel heller als mittelgrau sein.</translation>
    </message>
    <message>
        <source>The mask has no background: its pixels must be darker than mid-grey there.</source>
        <translation>Die Maske hat keinen Hintergrund: Dort müssen ihre Pixel dunkler als mittelgrau sein.</translation>
    </message>
    <message>
        <source>The alpha has no opaque pixel: paint some foreground yourself.</source>
        <translation>Das Alpha hat kein deckendes Pixel: selbst etwas Vordergrund malen.</translation>
    </message>
    <message>
        <source>The alpha has no transparent pixel: paint some background yourself.</source>
        <translation>Das Alpha hat kein durchsichtiges Pixel: selbst etwas Hintergrund malen.</translation>
    </message>
    <message>
        <source>The widths of the unknown band must not be negative.</source>
        <translation>Die Breiten des unbekannten Bands dürfen nicht negativ sein.</translation>
    </message>
    <message>
        <source>An inner band of {inner:g} px leaves no definite foreground: make it narrower.</source>
        <translation>Ein inneres Band von {inner:g} px lässt keinen bestimmten Vordergrund übrig: schmaler machen.</translation>
    </message>
    <message>
        <source>An outer band of {outer:g} px leaves no definite background: make it narrower.</source>
        <translation>Ein äußeres Band von {outer:g} px lässt keinen bestimmten Hintergrund übrig: schmaler machen.</translation>
    </message>
    <message>
        <source>The trimap</source>
        <translation>Die Trimap</translation>
    </message>
    <message>
        <source>Trimap and mask values must lie in 0 to 255; scale them first.</source>
        <translation>Werte von Trimap und Maske müssen zwischen 0 und 255 liegen; erst skalieren.</translation>
    </message>
    <message>
        <source>The alpha of this image must have the shape {wanted}, not {shape}; give one of its size, in one channel.</source>
        <translation>Das Alpha dieses Bildes muss die Form {wanted} haben, nicht {shape}; bitte in seiner Größe und mit einem Kanal angeben.</translation>
    </message>
    <message>
        <source>A trimap of floats must lie in [0, 1] and be finite, but this one goes from {least:g} to {most:g}; scale it, or give it as uint8.</source>
        <translation>Eine Trimap aus Gleitkommazahlen muss in [0, 1] liegen und endlich sein, diese reicht aber von {least:g} bis {most:g}; bitte skalieren oder als uint8 angeben.</translation>
    </message>
    <message>
        <source>The {name} is an array of type {dtype}, not of real numbers; give uint8, uint16 or floats.</source>
        <translation>{name} ist ein Array vom Typ {dtype}, nicht aus reellen Zahlen; bitte uint8, uint16 oder Gleitkommazahlen angeben.</translation>
    </message>
    <message>
        <source>The {name} is no array ({error}); give a NumPy array.</source>
        <translation>{name} ist kein Array ({error}); bitte ein NumPy-Array angeben.</translation>
    </message>
    <message>
        <source>Computed at {width} × {height} pixels and brought up by the photo&apos;s colours.</source>
        <translation>Bei {width} × {height} Pixeln berechnet und mit den Farben des Fotos auf seine Größe gebracht.</translation>
    </message>
    <message>
        <source>matting Laplacian</source>
        <translation>Matting-Laplace-Matrix</translation>
    </message>
    <message>
        <source>preconditioner</source>
        <translation>Vorkonditionierer</translation>
    </message>
    <message>
        <source>There is no screen to open the window on; &apos;mattingapp matte&apos; works without one.</source>
        <translation>Es gibt keinen Bildschirm für das Fenster; „mattingapp matte“ arbeitet ohne.</translation>
    </message>
    <message>
        <source>The settings in &apos;{file}&apos; cannot be read, so the window begins with new ones.</source>
        <translation>Die Einstellungen in „{file}“ sind nicht lesbar; das Fenster beginnt mit neuen.</translation>
    </message>
    <message>
        <source>The solver stopped after {steps} steps; this is its best alpha so far.</source>
        <translation>Der Löser hat nach {steps} Schritten aufgehört; dies ist sein bestes Alpha bis dahin.</translation>
    </message>
    <message>
        <source>samples</source>
        <translation>Farbproben</translation>
    </message>
    <message>
        <source>known regions</source>
        <translation>bekannte Bereiche</translation>
    </message>
    <message>
        <source>Shared matting takes an expansion of 0 to {widest} pixels, 1 to {most} rays, a trust, a likeness and a novelty of 0 or more; change its parameters.</source>
        <translation>Shared nimmt eine Ausdehnung von 0 bis {widest} Pixeln, 1 bis {most} Strahlen, ein Vertrauen, eine Ähnlichkeit und eine Neuheit von mindestens 0; seine Parameter ändern.</translation>
    </message>
    <message>
        <source>{device} is short of memory, so smaller tiles were used.</source>
        <translation>{device} hat wenig Speicher, daher wurden kleinere Kacheln benutzt.</translation>
    </message>
    <message>
        <source>tile {number} of {count}</source>
        <translation>Kachel {number} von {count}</translation>
    </message>
    <message>
        <source>{model} is a model for the method {architecture}; choose that method.</source>
        <translation>{model} ist ein Modell für das Verfahren {architecture}; dieses Verfahren wählen.</translation>
    </message>
    <message>
        <source>This machine has no device &apos;{name}&apos;; choose auto or one of {available}.</source>
        <translation>Dieser Rechner hat kein Gerät &apos;{name}&apos;; auto wählen oder eines von {available}.</translation>
    </message>
    <message>
        <source>{model} cannot read the stage &apos;{name}&apos;, only {readable}.</source>
        <translation>{model} kann die Stufe &apos;{name}&apos; nicht lesen, nur {readable}.</translation>
    </message>
    <message>
        <source>neighbours</source>
        <translation>Nachbarn</translation>
    </message>
    <message>
        <source>{path} has card format {format}, this program reads {known}; update the program.</source>
        <translation>{path} hat das Kartenformat {format}, dieses Programm liest {known}; das Programm aktualisieren.</translation>
    </message>
    <message>
        <source>The model card {path} is missing; keep it beside its weights.</source>
        <translation>Die Modellkarte {path} fehlt; neben den Gewichten aufbewahren.</translation>
    </message>
    <message>
        <source>Memory was short, so earlier results were let go.</source>
        <translation>Der Speicher war knapp, daher wurden frühere Ergebnisse aufgegeben.</translation>
    </message>
    <message>
        <source>{device} ran out of memory, so {stage} was computed on the CPU.</source>
        <translation>{device} hatte nicht genug Speicher, daher wurde {stage} auf der CPU berechnet.</translation>
    </message>
    <message>
        <source>There is not enough memory for {title} on this photo; close other programs or take a smaller one.</source>
        <translation>Für {title} reicht der Speicher bei diesem Foto nicht; andere Programme schließen oder ein kleineres nehmen.</translation>
    </message>
    <message>
        <source>The pixel {x}, {y} is outside the photo of {width} × {height} pixels.</source>
        <translation>Das Pixel {x}, {y} liegt außerhalb des Fotos von {width} × {height} Pixeln.</translation>
    </message>
    <message>
        <source>A patch must have an odd side of at least {smallest} pixels, not {patch}.</source>
        <translation>Ein Ausschnitt muss eine ungerade Seite von mindestens {smallest} Pixeln haben, nicht {patch}.</translation>
    </message>
    <message>
        <source>The network reads the alpha of {missing}: run it first.</source>
        <translation>Das Netz liest das Alpha von {missing}: erst rechnen.</translation>
    </message>
    <message>
        <source>step {number}</source>
        <translation>Schritt {number}</translation>
    </message>
    <message>
        <source>There is no method &apos;{name}&apos;; choose one of {names}.</source>
        <translation>Es gibt kein Verfahren &apos;{name}&apos;; eines von {names} wählen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is damaged or no project of this program; open an older copy of it.</source>
        <translation>&apos;{path}&apos; ist beschädigt oder kein Projekt dieses Programms; eine ältere Kopie öffnen.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; was saved by a newer version of this program; update the program to open it.</source>
        <translation>&apos;{path}&apos; wurde mit einer neueren Version dieses Programms gespeichert; zum Öffnen das Programm aktualisieren.</translation>
    </message>
    <message>
        <source>&apos;{file}&apos; has changed since the project was saved; check the trimap, and run again.</source>
        <translation>&apos;{file}&apos; hat sich geändert, seit das Projekt gespeichert wurde; die Trimap prüfen und neu rechnen.</translation>
    </message>
    <message>
        <source>The ground truth &apos;{path}&apos; is missing or another; load it again.</source>
        <translation>Die Referenz &apos;{path}&apos; fehlt oder ist eine andere; sie neu laden.</translation>
    </message>
    <message>
        <source>The photo &apos;{path}&apos; of this project is missing; put it back, or choose where it is.</source>
        <translation>Das Foto &apos;{path}&apos; dieses Projekts fehlt; es zurücklegen oder wählen, wo es ist.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is {columns} × {rows} pixels but the photo of this project is {width} × {height}; choose the photo that it was made on.</source>
        <translation>&apos;{path}&apos; hat {columns} × {rows} Pixel, das Foto dieses Projekts aber {width} × {height}; das Foto wählen, mit dem es gemacht wurde.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; uses the method &apos;{stage}&apos;, which is not installed here; install the package that has it.</source>
        <translation>&apos;{path}&apos; verwendet das Verfahren &apos;{stage}&apos;, das hier nicht installiert ist; das Paket installieren, das es enthält.</translation>
    </message>
    <message>
        <source>Work cannot be kept safe in &apos;{folder}&apos; ({strerror}): save it often.</source>
        <translation>Die Arbeit kann in &apos;{folder}&apos; nicht gesichert werden ({strerror}): oft speichern.</translation>
    </message>
    <message>
        <source>A batch needs at least one worker, not {workers}.</source>
        <translation>Ein Stapel braucht mindestens einen Prozess, nicht {workers}.</translation>
    </message>
    <message>
        <source>The disk of &apos;{folder}&apos; is full; make room and run the batch again with --resume.</source>
        <translation>Der Datenträger von &apos;{folder}&apos; ist voll; Platz schaffen und den Stapel mit --resume noch einmal starten.</translation>
    </message>
    <message>
        <source>The folder &apos;{folder}&apos; cannot be made ({reason}); choose another.</source>
        <translation>Der Ordner &apos;{folder}&apos; lässt sich nicht anlegen ({reason}); einen anderen wählen.</translation>
    </message>
    <message>
        <source>The model of the method {name} reads that method itself; choose another.</source>
        <translation>Das Modell des Verfahrens {name} liest dieses Verfahren selbst; ein anderes wählen.</translation>
    </message>
    <message>
        <source>The method &apos;{name}&apos; of the package &apos;{package}&apos; cannot be loaded ({error}); update that package, or remove it.</source>
        <translation>Das Verfahren &apos;{name}&apos; des Pakets &apos;{package}&apos; lässt sich nicht laden ({error}); das Paket aktualisieren oder entfernen.</translation>
    </message>
    <message>
        <source>The marks have the shape {marks} but the photo {photo}: use marks of its size.</source>
        <translation>Die Markierungen haben die Form {marks}, das Foto aber {photo}: Markierungen in dessen Größe verwenden.</translation>
    </message>
    <message>
        <source>A cluster needs the package &apos;distributed&apos;: pip install &apos;mattingapp[cluster]&apos;.</source>
        <translation>Ein Cluster braucht das Paket &apos;distributed&apos;: pip install &apos;mattingapp[cluster]&apos;.</translation>
    </message>
    <message>
        <source>There is no Dask scheduler at &apos;{address}&apos; ({error}); start one, or mend the address.</source>
        <translation>Unter &apos;{address}&apos; gibt es keinen Dask-Scheduler ({error}); einen starten oder die Adresse berichtigen.</translation>
    </message>
    <message>
        <source>&apos;{photo}&apos; or its trimap changed while it was read; run it again.</source>
        <translation>&apos;{photo}&apos; oder seine Trimap hat sich beim Lesen geändert; noch einmal starten.</translation>
    </message>
    <message>
        <source>&apos;{photo}&apos; has no transparency to make a trimap from; name trimaps or masks.</source>
        <translation>&apos;{photo}&apos; hat keine Transparenz für eine Trimap; Trimaps oder Masken nennen.</translation>
    </message>
    <message>
        <source>&apos;{file}&apos; is read and would be overwritten; choose another folder.</source>
        <translation>&apos;{file}&apos; wird gelesen und würde überschrieben; einen anderen Ordner wählen.</translation>
    </message>
    <message>
        <source>{name} cannot be {value}; write {wanted}.</source>
        <translation>{name} kann nicht {value} sein; {wanted} schreiben.</translation>
    </message>
    <message>
        <source>{name} must be a table of settings; mend it.</source>
        <translation>{name} muss eine Tabelle von Einstellungen sein; berichtigen.</translation>
    </message>
    <message>
        <source>{name} cannot be {value}; choose a number from {least} to {most}.</source>
        <translation>{name} kann nicht {value} sein; eine Zahl von {least} bis {most} wählen.</translation>
    </message>
    <message>
        <source>{name} has no setting &apos;{key}&apos;; there are {keys}.</source>
        <translation>{name} hat keine Einstellung &apos;{key}&apos;; es gibt {keys}.</translation>
    </message>
    <message>
        <source>{name} cannot be {value}; choose one of {choices}.</source>
        <translation>{name} kann nicht {value} sein; eines von {choices} wählen.</translation>
    </message>
    <message>
        <source>&apos;{photo}&apos; has several files that could be its {kind}: {found}; leave one.</source>
        <translation>&apos;{photo}&apos; hat mehrere Dateien, die seine {kind} sein könnten: {found}; eine lassen.</translation>
    </message>
    <message>
        <source>&apos;{photo}&apos; has no {kind} at &apos;{where}&apos;; put it there, or name another place.</source>
        <translation>&apos;{photo}&apos; hat keine {kind} unter &apos;{where}&apos;; dorthin legen oder einen anderen Ort nennen.</translation>
    </message>
    <message>
        <source>There are no photos at &apos;{name}&apos;; name files, folders or a pattern.</source>
        <translation>Unter &apos;{name}&apos; gibt es keine Fotos; Dateien, Ordner oder ein Muster nennen.</translation>
    </message>
    <message>
        <source>The recipe writes nothing; give it an output.</source>
        <translation>Das Rezept schreibt nichts; ihm eine Ausgabe geben.</translation>
    </message>
    <message>
        <source>Two outputs of the recipe have one name; tell them apart by {{kind}} in it.</source>
        <translation>Zwei Ausgaben des Rezepts haben denselben Namen; sie durch {{kind}} darin unterscheiden.</translation>
    </message>
    <message>
        <source>The recipe&apos;s longest side must be at least one pixel.</source>
        <translation>Die längste Seite im Rezept muss mindestens ein Pixel haben.</translation>
    </message>
    <message>
        <source>The recipe&apos;s margin is a share of the subject from 0 to 10.</source>
        <translation>Der Rand im Rezept ist ein Anteil des Motivs von 0 bis 10.</translation>
    </message>
    <message>
        <source>The recipe&apos;s {kind} cannot be written as {format}; choose {formats}.</source>
        <translation>{kind} des Rezepts kann nicht als {format} geschrieben werden; {formats} wählen.</translation>
    </message>
    <message>
        <source>The recipe names a file &apos;{name}&apos;; leave folders out of it.</source>
        <translation>Das Rezept nennt eine Datei &apos;{name}&apos;; Ordner darin weglassen.</translation>
    </message>
    <message>
        <source>There is no recipe &apos;{path}&apos;; name a TOML file, or one of {presets}.</source>
        <translation>Es gibt kein Rezept &apos;{path}&apos;; eine TOML-Datei nennen oder eines von {presets}.</translation>
    </message>
    <message>
        <source>The recipe &apos;{path}&apos; cannot be read ({error}); mend it.</source>
        <translation>Das Rezept &apos;{path}&apos; lässt sich nicht lesen ({error}); berichtigen.</translation>
    </message>
    <message>
        <source>Work cannot be kept safe in &apos;{folder}&apos;, which cannot be written to: save it often.</source>
        <translation>Die Arbeit kann in &apos;{folder}&apos; nicht gesichert werden, weil dort nicht geschrieben werden darf: oft speichern.</translation>
    </message>
    <message>
        <source>The results of the last run could not be read; run again.</source>
        <translation>Die Ergebnisse der letzten Berechnung konnten nicht gelesen werden; neu berechnen.</translation>
    </message>
    <message>
        <source>The last changes could not be read; check the trimap and the touch-up.</source>
        <translation>Die letzten Änderungen konnten nicht gelesen werden; Trimap und Retusche prüfen.</translation>
    </message>
    <message>
        <source>Use the {stage} alpha</source>
        <translation>Alpha von {stage} nehmen</translation>
    </message>
    <message>
        <source>Composite and export the {stage} alpha</source>
        <translation>Das Alpha von {stage} ins Komposit und in den Export nehmen</translation>
    </message>
    <message>
        <source>Qt lacks the library {library} of this system; install the package {package} (its name on Debian and Ubuntu).</source>
        <translation>Qt fehlt die Bibliothek {library} dieses Systems; bitte das Paket {package} installieren (so heißt es unter Debian und Ubuntu).</translation>
    </message>
    <message>
        <source>The display &apos;{display}&apos; cannot be opened; set DISPLAY to one that can, or use &apos;mattingapp matte&apos;, which needs none.</source>
        <translation>Der Bildschirm „{display}“ kann nicht geöffnet werden; bitte DISPLAY auf einen anderen setzen oder „mattingapp matte“ benutzen, das keinen braucht.</translation>
    </message>
    <message>
        <source>The display &apos;{display}&apos; cannot be opened; set WAYLAND_DISPLAY to one that can, or use &apos;mattingapp matte&apos;, which needs none.</source>
        <translation>Der Bildschirm „{display}“ kann nicht geöffnet werden; bitte WAYLAND_DISPLAY auf einen anderen setzen oder „mattingapp matte“ benutzen, das keinen braucht.</translation>
    </message>
    <message>
        <source>Qt has no platform &apos;{platform}&apos;; unset QT_QPA_PLATFORM.</source>
        <translation>Qt hat keine Plattform „{platform}“; bitte QT_QPA_PLATFORM nicht setzen.</translation>
    </message>
    <message>
        <source>More than two files were dropped: drop one photo, or a photo and its trimap.</source>
        <translation>Es wurden mehr als zwei Dateien abgelegt: ein Foto ablegen, oder ein Foto und seine Trimap.</translation>
    </message>
    <message>
        <source>A project was dropped together with another file: drop it alone.</source>
        <translation>Ein Projekt wurde zusammen mit einer anderen Datei abgelegt: es allein ablegen.</translation>
    </message>
    <message>
        <source>Both files look like {kind}: drop one photo, or a photo and its trimap.</source>
        <translation>Beide Dateien sehen aus wie {kind}: ein Foto ablegen, oder ein Foto und seine Trimap.</translation>
    </message>
    <message>
        <source>foreground</source>
        <translation>Vordergrund</translation>
    </message>
    <message>
        <source>background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>The recipe&apos;s {kind} cannot have {bits} bits; PNG and TIFF have 8 or 16, others 8.</source>
        <translation>{kind} des Rezepts kann nicht {bits} Bit haben; PNG und TIFF haben 8 oder 16, andere 8.</translation>
    </message>
    <message>
        <source>&apos;{path}&apos; is no work that this version of the program can restore; move it elsewhere.</source>
        <translation>&apos;{path}&apos; ist keine Arbeit, die diese Version des Programms wiederherstellen kann; sie anderswohin legen.</translation>
    </message>
    <message>
        <source>photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>trimaps</source>
        <translation>Trimaps</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Alle Dateien</translation>
    </message>
    <message>
        <source>Model files</source>
        <translation>Modelldateien</translation>
    </message>
    <message>
        <source>Unsaved changes</source>
        <translation>Nicht gespeicherte Änderungen</translation>
    </message>
    <message>
        <source>They are lost unless you save them.</source>
        <translation>Ohne Speichern sind sie verloren.</translation>
    </message>
    <message>
        <source>Photos and projects</source>
        <translation>Fotos und Projekte</translation>
    </message>
    <message>
        <source>Projects</source>
        <translation>Projekte</translation>
    </message>
    <message>
        <source>Save the changes to “{name}”?</source>
        <translation>Änderungen an „{name}“ speichern?</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>“{name}” has changed since you opened or saved it here.</source>
        <translation>„{name}“ hat sich geändert, seit die Datei hier geöffnet oder gespeichert wurde.</translation>
    </message>
    <message>
        <source>The file has changed</source>
        <translation>Die Datei hat sich geändert</translation>
    </message>
    <message>
        <source>Another window or program has saved to it; replacing it loses what that saved.</source>
        <translation>Ein anderes Fenster oder Programm hat sie gespeichert; beim Ersetzen geht das verloren.</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>Speichern unter…</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>Ersetzen</translation>
    </message>
    <message>
        <source>About mattingapp</source>
        <translation>Über mattingapp</translation>
    </message>
    <message>
        <source>Natural image matting: closed-form, KNN, and the deep network that fuses them.</source>
        <translation>Freistellen natürlicher Bilder: Closed-form, KNN und das tiefe Netz, das sie verschmilzt.</translation>
    </message>
</context>
<context>
    <name>Exporting</name>
    <message>
        <source>PNG, 16 bit</source>
        <translation>PNG, 16 Bit</translation>
    </message>
    <message>
        <source>PNG, 8 bit</source>
        <translation>PNG, 8 Bit</translation>
    </message>
    <message>
        <source>TIFF, 8 bit</source>
        <translation>TIFF, 8 Bit</translation>
    </message>
    <message>
        <source>TIFF, 16 bit</source>
        <translation>TIFF, 16 Bit</translation>
    </message>
    <message>
        <source>Export the alpha of {title}</source>
        <translation>Das Alpha exportieren: {title}</translation>
    </message>
    <message>
        <source>Export the cut-out of {title}</source>
        <translation>Den Freisteller exportieren: {title}</translation>
    </message>
    <message>
        <source>Export the premultiplied cut-out of {title}</source>
        <translation>Den vormultiplizierten Freisteller exportieren: {title}</translation>
    </message>
    <message>
        <source>Export the composite of {title}</source>
        <translation>Das Komposit exportieren: {title}</translation>
    </message>
</context>
<context>
    <name>Filing</name>
    <message>
        <source>There is no picture on the clipboard: copy one first.</source>
        <translation>In der Zwischenablage ist kein Bild: zuerst eines kopieren.</translation>
    </message>
    <message>
        <source>Pasted image</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>Open a photo or a project</source>
        <translation>Ein Foto oder ein Projekt öffnen</translation>
    </message>
    <message>
        <source>what was left behind</source>
        <translation>die nicht gespeicherte Arbeit</translation>
    </message>
    <message>
        <source>Where is {file}?</source>
        <translation>Wo ist {file}?</translation>
    </message>
    <message>
        <source>Import a trimap</source>
        <translation>Eine Trimap importieren</translation>
    </message>
    <message>
        <source>Save the trimap</source>
        <translation>Die Trimap speichern</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Composite</source>
        <translation>Komposit</translation>
    </message>
    <message>
        <source>Ground truth</source>
        <translation>Referenz</translation>
    </message>
</context>
<context>
    <name>GuideBar</name>
    <message>
        <source>End the guide</source>
        <translation>Die Führung beenden</translation>
    </message>
    <message>
        <source>Step {n} of {all}</source>
        <translation>Schritt {n} von {all}</translation>
    </message>
    <message>
        <source>Looking for the subject by its colours…</source>
        <translation>Das Motiv wird an seinen Farben gesucht…</translation>
    </message>
    <message>
        <source>The alphas appear in the panes while they are computed.</source>
        <translation>Die Alphas erscheinen in den Feldern, während sie berechnet werden.</translation>
    </message>
    <message>
        <source>Drag a rectangle around the subject: it is found, and a grey band along its edge.</source>
        <translation>Ein Rechteck um das Motiv ziehen: Es wird gefunden, mit einem grauen Band an seinem Rand.</translation>
    </message>
    <message>
        <source>Widen the grey band until all soft hair lies in it, then make the trimap: alpha is estimated there.</source>
        <translation>Das graue Band verbreitern, bis alles weiche Haar darin liegt, dann die Trimap machen: Dort wird Alpha geschätzt.</translation>
    </message>
    <message>
        <source>Now run: every pixel of the grey band gets its share of the subject.</source>
        <translation>Jetzt rechnen: Jedes Pixel des grauen Bands bekommt seinen Anteil am Motiv.</translation>
    </message>
    <message>
        <source>That is the matte. See it in front of something else.</source>
        <translation>Das ist die Matte. So sieht sie vor etwas anderem aus.</translation>
    </message>
    <message>
        <source>Export the cut-out. Where it is not good yet, paint with 1, 2 or 3 and run again.</source>
        <translation>Den Freisteller exportieren. Wo er noch nicht gut ist, mit 1, 2 oder 3 malen und neu rechnen.</translation>
    </message>
    <message>
        <source>Take the tool</source>
        <translation>Werkzeug nehmen</translation>
    </message>
    <message>
        <source>Run</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Put it on a meadow</source>
        <translation>Auf eine Wiese stellen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
</context>
<context>
    <name>Histogram</name>
    <message>
        <source>Histogram of the alpha</source>
        <translation>Histogramm des Alphas</translation>
    </message>
</context>
<context>
    <name>HistoryPanel</name>
    <message>
        <source>History</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Click a step to go back to it, or forward again</source>
        <translation>Einen Schritt anklicken, um zu ihm zurück- oder wieder vorzugehen</translation>
    </message>
    <message>
        <source>Opened</source>
        <translation>Geöffnet</translation>
    </message>
</context>
<context>
    <name>Labels</name>
    <message>
        <source>Foreground</source>
        <translation>Vordergrund</translation>
    </message>
    <message>
        <source>Background</source>
        <translation>Hintergrund</translation>
    </message>
    <message>
        <source>Unknown</source>
        <translation>Unbekannt</translation>
    </message>
</context>
<context>
    <name>LoadingPage</name>
    <message>
        <source>Opening</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Opening {file}…</source>
        <translation>{file} wird geöffnet…</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>History</source>
        <translation>Schritte</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Close the notice</source>
        <translation>Die Nachricht schließen</translation>
    </message>
</context>
<context>
    <name>OptionsBar</name>
    <message>
        <source>Method</source>
        <translation>Verfahren</translation>
    </message>
    <message>
        <source>How the alpha is estimated</source>
        <translation>Wie das Alpha geschätzt wird</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Where it is computed</source>
        <translation>Wo gerechnet wird</translation>
    </message>
    <message>
        <source>Auto</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Write the alpha, the cut-out or the composite to a file</source>
        <translation>Alpha, Freisteller oder Komposit in eine Datei schreiben</translation>
    </message>
    <message>
        <source>Auto ({device})</source>
        <translation>Automatisch ({device})</translation>
    </message>
</context>
<context>
    <name>Output</name>
    <message>
        <source>The alpha is on the clipboard.</source>
        <translation>Das Alpha ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>The cut-out is on the clipboard.</source>
        <translation>Der Freisteller ist in der Zwischenablage.</translation>
    </message>
    <message>
        <source>It was made before your last changes to the trimap.</source>
        <translation>Das entstand vor den letzten Änderungen an der Trimap.</translation>
    </message>
    <message>
        <source>Saved {file} in {folder}.</source>
        <translation>{file} in {folder} gespeichert.</translation>
    </message>
</context>
<context>
    <name>Pane</name>
    <message>
        <source>{title} pane</source>
        <translation>Feld {title}</translation>
    </message>
    <message>
        <source>Use {title} for the composite and the export</source>
        <translation>{title} für Komposit und Export nehmen</translation>
    </message>
</context>
<context>
    <name>PaneGrid</name>
    <message>
        <source>Choose the backdrop</source>
        <translation>Die Kulisse wählen</translation>
    </message>
</context>
<context>
    <name>Panes</name>
    <message>
        <source>not converged</source>
        <translation>nicht konvergiert</translation>
    </message>
    <message>
        <source>outdated</source>
        <translation>veraltet</translation>
    </message>
    <message>
        <source>The solver stopped before it converged; this is its best alpha.</source>
        <translation>Der Löser hielt an, bevor er konvergierte; dies ist sein bestes Alpha.</translation>
    </message>
    <message>
        <source>Against the ground truth: SAD {sad}, MSE {mse}, gradient {grad}, connectivity {conn}.</source>
        <translation>Gegen die Referenz: SAD {sad}, MSE {mse}, Gradient {grad}, Zusammenhang {conn}.</translation>
    </message>
    <message>
        <source>The trimap has changed since: run again to bring this up to date.</source>
        <translation>Die Trimap hat sich seitdem geändert: neu rechnen, um dies zu erneuern.</translation>
    </message>
</context>
<context>
    <name>Parameters</name>
    <message>
        <source>Epsilon</source>
        <translation>Epsilon</translation>
    </message>
    <message>
        <source>Regularises the colour covariances; the authors suggest 1e-5 for noisy photos and JPEG.</source>
        <translation>Regularisiert die Kovarianzen der Farben; die Autoren schlagen 1e-5 für verrauschte Fotos und JPEG vor.</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>Relative residual at which the solver stops. Long unknown bands need about 1e-7.</source>
        <translation>Relatives Residuum, bei dem der Löser anhält. Lange unbekannte Bänder brauchen etwa 1e-7.</translation>
    </message>
    <message>
        <source>Max iterations</source>
        <translation>Höchstens Schritte</translation>
    </message>
    <message>
        <source>Variant</source>
        <translation>Variante</translation>
    </message>
    <message>
        <source>The RGB settings score better on the alphamatting.com training images.</source>
        <translation>Die RGB-Einstellungen schneiden auf den Trainingsbildern von alphamatting.com besser ab.</translation>
    </message>
    <message>
        <source>RGB</source>
        <translation>RGB</translation>
    </message>
    <message>
        <source>HSV</source>
        <translation>HSV</translation>
    </message>
    <message>
        <source>Relative residual at which the solver stops.</source>
        <translation>Relatives Residuum, bei dem der Löser anhält.</translation>
    </message>
    <message>
        <source>Expansion</source>
        <translation>Ausdehnung</translation>
    </message>
    <message>
        <source>Pixels by which the known regions may expand; 0 for not at all.</source>
        <translation>Um so viele Pixel dürfen die bekannten Bereiche wachsen; 0 für gar nicht.</translation>
    </message>
    <message>
        <source>Rays</source>
        <translation>Strahlen</translation>
    </message>
    <message>
        <source>Directions in which a pixel looks for known ones.</source>
        <translation>Richtungen, in denen ein Pixel nach bekannten sucht.</translation>
    </message>
    <message>
        <source>Trust</source>
        <translation>Vertrauen</translation>
    </message>
    <message>
        <source>γ: how much the sampled alpha counts against smoothness; 0 for not at all, which is closed-form matting between the expanded known regions.</source>
        <translation>γ: wie viel das aus Farbproben gewonnene Alpha gegen die Glattheit zählt; 0 für gar nicht: dann ist es Closed-form zwischen den gewachsenen bekannten Bereichen.</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>Ähnlichkeit</translation>
    </message>
    <message>
        <source>λ: how much it counts that pixels of like colour have a like alpha; 0 for not at all.</source>
        <translation>λ: wie viel es zählt, dass Pixel gleicher Farbe ein gleiches Alpha haben; 0 für gar nicht.</translation>
    </message>
    <message>
        <source>Novelty</source>
        <translation>Neuheit</translation>
    </message>
    <message>
        <source>ν: how much a colour that no known one explains counts as the subject&apos;s; 0 for not at all.</source>
        <translation>ν: wie viel eine Farbe, die keine bekannte erklärt, als die des Motivs zählt; 0 für gar nicht.</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>A model file (safetensors, its card beside it).</source>
        <translation>Eine Modelldatei (safetensors, ihre Karte daneben).</translation>
    </message>
</context>
<context>
    <name>ParametersPanel</name>
    <message>
        <source>Open a photo to see the parameters of its method</source>
        <translation>Ein Foto öffnen, um die Parameter seines Verfahrens zu sehen</translation>
    </message>
</context>
<context>
    <name>RecentMenu</name>
    <message>
        <source>Open &amp;recent</source>
        <translation>&amp;Zuletzt geöffnet</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>Diese Liste &amp;leeren</translation>
    </message>
</context>
<context>
    <name>RecoveryBar</name>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Verwerfen</translation>
    </message>
    <message>
        <source>Ask again at the next start</source>
        <translation>Beim nächsten Start wieder fragen</translation>
    </message>
    <message>
        <source>Your work on “{photo}” of {time} was not saved when the program ended.</source>
        <translation>Die Arbeit an „{photo}“ vom {time} war nicht gespeichert, als das Programm endete.</translation>
    </message>
    <message>
        <source>a pasted image</source>
        <translation>ein eingefügtes Bild</translation>
    </message>
</context>
<context>
    <name>ResponsesPanel</name>
    <message>
        <source>Run the network, then point at the photo: every layer shows what it makes of the place.</source>
        <translation>Das Netz rechnen lassen, dann auf das Foto zeigen: Jede Schicht zeigt, was sie aus der Stelle macht.</translation>
    </message>
    <message>
        <source>{network} at pixel {x}, {y}, and the {side} × {side} pixels around it</source>
        <translation>{network} bei Pixel {x}, {y} und den {side} × {side} Pixeln darum</translation>
    </message>
    <message>
        <source>photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>{layer}: filters of {side} × {side}, {active} of {all} maps active</source>
        <translation>{layer}: Filter von {side} × {side}, {active} von {all} Karten aktiv</translation>
    </message>
</context>
<context>
    <name>ResultsPresenter</name>
    <message>
        <source>This stage stopped with an error.</source>
        <translation>Diese Stufe hielt mit einem Fehler an.</translation>
    </message>
    <message>
        <source>gain {value}</source>
        <translation>Verst. {value}</translation>
    </message>
    <message>
        <source>gamma {value}</source>
        <translation>Gamma {value}</translation>
    </message>
    <message>
        <source>viewer: {parts}</source>
        <translation>Anzeige: {parts}</translation>
    </message>
    <message>
        <source>Composite</source>
        <translation>Komposit</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>fehlgeschlagen</translation>
    </message>
    <message>
        <source>on {backdrop}</source>
        <translation>auf {backdrop}</translation>
    </message>
    <message>
        <source>transparent</source>
        <translation>transparent</translation>
    </message>
    <message>
        <source>outdated</source>
        <translation>veraltet</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>Rechnet…</translation>
    </message>
    <message>
        <source>Waiting…</source>
        <translation>Wartet…</translation>
    </message>
    <message>
        <source>The foreground on a new backdrop</source>
        <translation>Der Vordergrund auf einer neuen Kulisse</translation>
    </message>
    <message>
        <source>Not part of the method chosen</source>
        <translation>Nicht Teil des gewählten Verfahrens</translation>
    </message>
    <message>
        <source>Run shows the {title} alpha here</source>
        <translation>Rechnen zeigt hier das Alpha: {title}</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Save the project</source>
        <translation>Das Projekt speichern</translation>
    </message>
    <message>
        <source>Saving {file}…</source>
        <translation>{file} wird gespeichert…</translation>
    </message>
</context>
<context>
    <name>Session</name>
    <message>
        <source>Clear to unknown</source>
        <translation>Alles unbekannt</translation>
    </message>
    <message>
        <source>Clear touch-up</source>
        <translation>Retusche verwerfen</translation>
    </message>
    <message>
        <source>{file} has transparency: the trimap was made from it, with an unknown band of {width} px.</source>
        <translation>{file} hat Transparenz: Die Trimap wurde daraus gemacht, mit einem unbekannten Band von {width} px.</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>Das Bild</translation>
    </message>
    <message>
        <source>Import trimap</source>
        <translation>Trimap importieren</translation>
    </message>
    <message>
        <source>{file} is the trimap now.</source>
        <translation>{file} ist jetzt die Trimap.</translation>
    </message>
    <message>
        <source>One pixel of {file} was neither background nor unknown nor foreground, and took the nearest label.</source>
        <translation>Ein Pixel von {file} war weder Hintergrund noch unbekannt noch Vordergrund und bekam das nächste Etikett.</translation>
    </message>
    <message>
        <source>{n} pixels of {file} were neither background nor unknown nor foreground, and took the nearest label.</source>
        <translation>{n} Pixel von {file} waren weder Hintergrund noch unbekannt noch Vordergrund und bekamen das nächste Etikett.</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Mouse and pen</source>
        <translation>Maus und Stift</translation>
    </message>
    <message>
        <source>Right button</source>
        <translation>Rechte Taste</translation>
    </message>
    <message>
        <source>Paint background</source>
        <translation>Hintergrund malen</translation>
    </message>
    <message>
        <source>Shift+click</source>
        <translation>Umschalt+Klick</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>Gerade Linie vom letzten Strich</translation>
    </message>
    <message>
        <source>Alt+drag</source>
        <translation>Alt+Ziehen</translation>
    </message>
    <message>
        <source>Size of the brush; move the backdrop</source>
        <translation>Größe des Pinsels; Kulisse verschieben</translation>
    </message>
    <message>
        <source>Shift+wheel</source>
        <translation>Umschalt+Rad</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>Größe des Pinsels</translation>
    </message>
    <message>
        <source>Enter, Backspace</source>
        <translation>Eingabe, Rücktaste</translation>
    </message>
    <message>
        <source>Close a polygon, take a corner back</source>
        <translation>Polygon schließen, Ecke zurücknehmen</translation>
    </message>
    <message>
        <source>Eraser of a pen</source>
        <translation>Radierer eines Stifts</translation>
    </message>
    <message>
        <source>Paint unknown; restore the alpha</source>
        <translation>Unbekannt malen; Alpha wiederherstellen</translation>
    </message>
    <message>
        <source>Wheel</source>
        <translation>Rad</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>Am Zeiger vergrößern</translation>
    </message>
    <message>
        <source>Space+drag</source>
        <translation>Leertaste+Ziehen</translation>
    </message>
    <message>
        <source>Pan, also in the middle of a stroke</source>
        <translation>Verschieben, auch mitten im Strich</translation>
    </message>
    <message>
        <source>Middle button</source>
        <translation>Mittlere Taste</translation>
    </message>
    <message>
        <source>Pan</source>
        <translation>Verschieben</translation>
    </message>
    <message>
        <source>Arrow keys</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Pan; move the line of a wipe</source>
        <translation>Verschieben; die Linie der Wischblende bewegen</translation>
    </message>
    <message>
        <source>Tab, double click</source>
        <translation>Tabulator, Doppelklick</translation>
    </message>
    <message>
        <source>One pane large, or all again</source>
        <translation>Ein Feld groß, oder wieder alle</translation>
    </message>
    <message>
        <source>Shift+Tab</source>
        <translation>Umschalt+Tabulator</translation>
    </message>
    <message>
        <source>From the picture to the controls</source>
        <translation>Vom Bild zu den Bedienelementen</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Take back the stroke under way</source>
        <translation>Den laufenden Strich zurücknehmen</translation>
    </message>
</context>
<context>
    <name>ShortcutsEditor</name>
    <message>
        <source>Change shortcuts</source>
        <translation>Tastenkürzel ändern</translation>
    </message>
    <message>
        <source>Search an action</source>
        <translation>Aktion suchen</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Actions and their keys</source>
        <translation>Aktionen und ihre Tasten</translation>
    </message>
    <message>
        <source>New key</source>
        <translation>Neue Taste</translation>
    </message>
    <message>
        <source>Assign</source>
        <translation>Zuweisen</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Vorgabe</translation>
    </message>
    <message>
        <source>Give this action its default keys again</source>
        <translation>Dieser Aktion ihre vorgegebenen Tasten wiedergeben</translation>
    </message>
    <message>
        <source>All defaults</source>
        <translation>Alle Vorgaben</translation>
    </message>
    <message>
        <source>{key} belongs to “{action}”. Assign takes it from there.</source>
        <translation>{key} gehört zu „{action}“. Zuweisen nimmt sie von dort weg.</translation>
    </message>
    <message>
        <source>Take it</source>
        <translation>Wegnehmen</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>{file} is the open photo: choose another name.</source>
        <translation>{file} ist das geöffnete Foto: einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>{file} is the open trimap: choose another name.</source>
        <translation>{file} ist die geöffnete Trimap: einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>{file} is the ground truth: choose another name.</source>
        <translation>{file} ist die Referenz: einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>{file} is the open project: choose another name.</source>
        <translation>{file} ist das geöffnete Projekt: einen anderen Namen wählen.</translation>
    </message>
    <message>
        <source>{file} is the backdrop: choose another name.</source>
        <translation>{file} ist der Hintergrund: einen anderen Namen wählen.</translation>
    </message>
</context>
<context>
    <name>StageForm</name>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Give {title} its defaults again</source>
        <translation>{title} auf die Vorgaben zurücksetzen</translation>
    </message>
    <message>
        <source>No parameters</source>
        <translation>Keine Parameter</translation>
    </message>
</context>
<context>
    <name>Stages</name>
    <message>
        <source>Closed-form</source>
        <translation>Closed-form</translation>
    </message>
    <message>
        <source>KNN</source>
        <translation>KNN</translation>
    </message>
    <message>
        <source>Shared</source>
        <translation>Shared</translation>
    </message>
    <message>
        <source>Mean</source>
        <translation>Mittel</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Netz</translation>
    </message>
    <message>
        <source>Network of three</source>
        <translation>Netz aus dreien</translation>
    </message>
    <message>
        <source>Fusion</source>
        <translation>Fusion</translation>
    </message>
    <message>
        <source>Foreground colours</source>
        <translation>Vordergrundfarben</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Cut out hair, fur and lace</source>
        <translation>Haare, Fell und Spitze freistellen</translation>
    </message>
    <message>
        <source>Open a photo, mark some foreground and some background, leave the edge unknown, and run.</source>
        <translation>Ein Foto öffnen, etwas Vorder- und etwas Hintergrund malen, den Rand unbekannt lassen, rechnen.</translation>
    </message>
    <message>
        <source>Open a photo…</source>
        <translation>Ein Foto öffnen…</translation>
    </message>
    <message>
        <source>Show me how, in one minute</source>
        <translation>In einer Minute gezeigt</translation>
    </message>
    <message>
        <source>or drop a photo here</source>
        <translation>oder ein Foto hier ablegen</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Beispiele</translation>
    </message>
    <message>
        <source>Lately</source>
        <translation>Zuletzt</translation>
    </message>
    <message>
        <source>Hair</source>
        <translation>Haare</translation>
    </message>
    <message>
        <source>Fur</source>
        <translation>Fell</translation>
    </message>
    <message>
        <source>Wicker</source>
        <translation>Korb</translation>
    </message>
    <message>
        <source>Open the sample photo “{name}” with its trimap</source>
        <translation>Das Beispielfoto „{name}“ mit seiner Trimap öffnen</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>truth</source>
        <translation>Referenz</translation>
    </message>
    <message>
        <source>touched up</source>
        <translation>retuschiert</translation>
    </message>
    <message>
        <source>Zoom of the canvas</source>
        <translation>Vergrößerung der Leinwand</translation>
    </message>
    <message>
        <source>Progress of the run</source>
        <translation>Fortschritt des Laufs</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Done in {seconds} s</source>
        <translation>Fertig in {seconds} s</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Stopped with an error</source>
        <translation>Mit einem Fehler angehalten</translation>
    </message>
    <message>
        <source>Cancelling…</source>
        <translation>Wird abgebrochen…</translation>
    </message>
    <message>
        <source>Making the solvers ready for this computer, once</source>
        <translation>Die Löser werden einmalig für diesen Rechner vorbereitet</translation>
    </message>
    <message>
        <source>Preparing</source>
        <translation>Vorbereitung</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>{label} outline</source>
        <translation>Umriss: {label}</translation>
    </message>
    <message>
        <source>Add to alpha</source>
        <translation>Zum Alpha dazugeben</translation>
    </message>
    <message>
        <source>Remove from alpha</source>
        <translation>Vom Alpha wegnehmen</translation>
    </message>
    <message>
        <source>Restore alpha</source>
        <translation>Alpha wiederherstellen</translation>
    </message>
    <message>
        <source>{label} stroke</source>
        <translation>Strich: {label}</translation>
    </message>
</context>
<context>
    <name>ToolOptionsBar</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
    <message>
        <source>Brush size</source>
        <translation>Pinselgröße</translation>
    </message>
    <message>
        <source>Diameter of the brush in pixels of the photo ([ and ], or Alt and drag)</source>
        <translation>Durchmesser des Pinsels in Pixeln des Fotos ([ und ], oder Alt und Ziehen)</translation>
    </message>
    <message>
        <source>Brush size slider</source>
        <translation>Schieber der Pinselgröße</translation>
    </message>
    <message>
        <source>Fill by</source>
        <translation>Füllen nach</translation>
    </message>
    <message>
        <source>What the fill looks at</source>
        <translation>Wonach gefüllt wird</translation>
    </message>
    <message>
        <source>By region</source>
        <translation>Nach Gebiet</translation>
    </message>
    <message>
        <source>By colour</source>
        <translation>Nach Farbe</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>Toleranz</translation>
    </message>
    <message>
        <source>± </source>
        <translation>± </translation>
    </message>
    <message>
        <source>How far a colour may be off, in levels of 255</source>
        <translation>Wie weit eine Farbe abweichen darf, in Stufen von 255</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>Verbunden</translation>
    </message>
    <message>
        <source>Only what is connected to the pixel clicked, else all over the photo</source>
        <translation>Nur was mit dem angeklickten Pixel verbunden ist, sonst überall im Foto</translation>
    </message>
    <message>
        <source>Touch-up</source>
        <translation>Retusche</translation>
    </message>
    <message>
        <source>What the brush does to the alpha (X swaps)</source>
        <translation>Was der Pinsel mit dem Alpha tut (X tauscht)</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>Dazugeben</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Wegnehmen</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Wiederherstellen</translation>
    </message>
    <message>
        <source> % hard</source>
        <translation> % hart</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>Härte</translation>
    </message>
    <message>
        <source>How much of the brush has full strength (Shift+[ and Shift+])</source>
        <translation>Wie viel vom Pinsel volle Stärke hat (Umschalt+[ und Umschalt+])</translation>
    </message>
    <message>
        <source> % strong</source>
        <translation> % stark</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
    <message>
        <source>How far one stroke goes</source>
        <translation>Wie weit ein Strich geht</translation>
    </message>
    <message>
        <source>Use strokes</source>
        <translation>Aus Strichen</translation>
    </message>
    <message>
        <source>{label} brush</source>
        <translation>Pinsel: {label}</translation>
    </message>
    <message>
        <source>{label} lasso</source>
        <translation>Lasso: {label}</translation>
    </message>
    <message>
        <source>{label} polygon</source>
        <translation>Polygon: {label}</translation>
    </message>
    <message>
        <source>{label} fill</source>
        <translation>Füllen: {label}</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>Motiv</translation>
    </message>
    <message>
        <source>Drag a rectangle around the subject, or click on it</source>
        <translation>Ein Rechteck um das Motiv ziehen oder darauf klicken</translation>
    </message>
    <message>
        <source>Touch up</source>
        <translation>Retuschieren</translation>
    </message>
    <message>
        <source>Draw around what to fill</source>
        <translation>Umfahren, was gefüllt wird</translation>
    </message>
    <message>
        <source>Click corners; Enter or a double click fills</source>
        <translation>Ecken anklicken; Eingabe oder Doppelklick füllt</translation>
    </message>
</context>
<context>
    <name>ToolStrip</name>
    <message>
        <source>Colours of the trimap</source>
        <translation>Farben der Trimap</translation>
    </message>
    <message>
        <source>Colours of the trimap, and how strong they are</source>
        <translation>Farben der Trimap, und wie stark sie sind</translation>
    </message>
    <message>
        <source>Strength of the trimap over the photo</source>
        <translation>Stärke der Trimap über dem Foto</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>Stärke</translation>
    </message>
</context>
<context>
    <name>ViewMode</name>
    <message>
        <source>Grey</source>
        <translation>Grau</translation>
    </message>
    <message>
        <source>Red veil over the photo</source>
        <translation>Roter Schleier über dem Foto</translation>
    </message>
    <message>
        <source>On black</source>
        <translation>Auf Schwarz</translation>
    </message>
    <message>
        <source>On white</source>
        <translation>Auf Weiß</translation>
    </message>
    <message>
        <source>On a checker</source>
        <translation>Auf einem Schachbrett</translation>
    </message>
    <message>
        <source>On the backdrop</source>
        <translation>Auf der Kulisse</translation>
    </message>
</context>
<context>
    <name>ViewerPanel</name>
    <message>
        <source>Show alpha</source>
        <translation>Alpha zeigen</translation>
    </message>
    <message>
        <source>Gain</source>
        <translation>Verstärkung</translation>
    </message>
    <message>
        <source>Makes faint alphas bright: haze in the background shows</source>
        <translation>Macht schwache Alphas hell: Dunst im Hintergrund wird sichtbar</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>Gamma</translation>
    </message>
    <message>
        <source>Above 1 haze shows, below 1 holes in the foreground show</source>
        <translation>Über 1 wird Dunst sichtbar, unter 1 werden es Löcher im Vordergrund</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Show alphas as they are</source>
        <translation>Alphas zeigen, wie sie sind</translation>
    </message>
    <message>
        <source>Alpha of the histogram</source>
        <translation>Alpha des Histogramms</translation>
    </message>
    <message>
        <source>Histogram</source>
        <translation>Histogramm</translation>
    </message>
    <message>
        <source>Run shows how often each alpha occurs</source>
        <translation>Rechnen zeigt, wie oft jedes Alpha vorkommt</translation>
    </message>
    <message>
        <source>Of the unknown pixels {haze} are haze (0 &lt; α &lt; 5 %), {holes} holes (95 % &lt; α &lt; 1).</source>
        <translation>Von den unbekannten Pixeln sind {haze} Dunst (0 &lt; α &lt; 5 %) und {holes} Löcher (95 % &lt; α &lt; 1).</translation>
    </message>
</context>
<context>
    <name>Viewing</name>
    <message>
        <source>Backdrop</source>
        <translation>Kulisse</translation>
    </message>
    <message>
        <source>Viewer</source>
        <translation>Betrachter</translation>
    </message>
    <message>
        <source>Network responses</source>
        <translation>Antworten des Netzes</translation>
    </message>
    <message>
        <source>Load the ground truth</source>
        <translation>Die Referenz laden</translation>
    </message>
    <message>
        <source>a meadow</source>
        <translation>einer Wiese</translation>
    </message>
    <message>
        <source>a city</source>
        <translation>einer Stadt</translation>
    </message>
    <message>
        <source>a studio</source>
        <translation>einem Studio</translation>
    </message>
</context>
<context>
    <name>Windowing</name>
    <message>
        <source>The language changes when the program starts again.</source>
        <translation>Die Sprache wechselt beim nächsten Start des Programms.</translation>
    </message>
</context>
<context>
    <name>_BugDialog</name>
    <message>
        <source>An error in mattingapp</source>
        <translation>Ein Fehler in mattingapp</translation>
    </message>
    <message>
        <source>Something went wrong that should not have. Your photo and trimap are still open: save the project. The text below tells the developers where it happened.</source>
        <translation>Etwas ging schief, das nicht hätte schiefgehen dürfen. Foto und Trimap sind noch offen: das Projekt speichern. Der Text unten sagt den Entwicklern, wo es geschah.</translation>
    </message>
    <message>
        <source>A report lies in {path}</source>
        <translation>Ein Bericht liegt in {path}</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>_TitleBar</name>
    <message>
        <source>Take {title} out of the window, or back</source>
        <translation>Aus dem Fenster lösen oder zurück: {title}</translation>
    </message>
    <message>
        <source>Close {title}</source>
        <translation>Schließen: {title}</translation>
    </message>
</context>
<context>
    <name>_Width</name>
    <message>
        <source> px</source>
        <translation> px</translation>
    </message>
</context>
</TS>
